import type { OracleException } from '../../../dev/oracle/exceptions.ts';
import { counting } from '../../../dev/oracle/exceptions.ts';
import { expectedUser } from '../../../dev/oracle/expected-user.ts';
import { mappings, type OraclePin, readRules } from '../../../dev/oracle/rules.ts';

const roles = ['admin', 'editor', 'user', 'app-Dev'].map((id, index) => ({ id, precedence: index + 1 }));
const none: ReadonlySet<string> = new Set();
const now = Date.parse('2026-03-01T12:00:00Z');

interface Case {
  readonly rules?: readonly unknown[];
  readonly document?: Readonly<Record<string, unknown>>;
  readonly pins?: readonly OraclePin[];
  readonly exceptions?: readonly OracleException[];
  readonly type?: 'guest';
}

const grant = (id: string, role: string, scopes: readonly string[] = []) => ({
  id,
  group: { id: id.toUpperCase() },
  grants: { roles: [role] },
  scopes,
});
const exception = (
  effect: OracleException['effect'],
  entitlementId: string,
  scopes: readonly string[] = [],
  special: Partial<OracleException> = {},
): OracleException => ({
  id: 'e',
  effect,
  kind: 'role',
  entitlementId,
  scopes: [...scopes],
  startDateTime: '2026-01-01T00:00:00Z',
  ...special,
});

/** What somebody has who is in groups `a`, `b` and `c`: assignments, then conflicts to be reported. */
function tell({ rules = [], document = {}, pins = [], exceptions = [], type }: Case): readonly string[] {
  const member = new Set(['a', 'b', 'c']);
  const pending = { pendingMember: none, pendingDirect: none };
  const facts = { state: 'enabled' as const, type: type ?? ('member' as const), member, direct: none, ...pending };
  const read = readRules({ roles, rules, ...document });
  const user = expectedUser(facts, read, mappings(read, pins), counting(exceptions, now));
  const told = user.assignments.map(({ id, scopes, exceptScopes, sources }) =>
    [id, scopes.join('+'), exceptScopes.map((scope) => `-${scope}`).join(''), `by ${sources.join('+')}`]
      .filter((text) => text !== '')
      .join(' '),
  );
  return [...told, ...user.conflicts];
}

describe('the oracle, patterns and switches', () => {
  const pattern = {
    id: 'p',
    group: { displayNamePattern: 'App{Env}' },
    grants: { roles: ['app-{Env}'] },
    scopes: ['{Env}'],
  };
  const pins = [
    { ruleId: 'p', groupId: 'a', parts: { Env: 'Dev' } },
    { ruleId: 'p', groupId: 'b', parts: { Env: 'QA' } },
  ];

  it('fills in the parts of each pin, and gives nothing that is not defined', () => {
    expect(tell({ rules: [pattern], pins })).toEqual(['app-Dev Dev by p@a']);
  });

  it('gives nothing for a group that is switched off', () => {
    const groups = [{ id: 'A', enabled: false }];
    expect(tell({ rules: [pattern, grant('a', 'user'), grant('b', 'user')], pins, document: { groups } })).toEqual([
      'user by b@b',
    ]);
  });
});

describe('the oracle, exceptions', () => {
  const rules = [grant('a', 'user', ['x'])];

  it.each<readonly [string, readonly OracleException[], readonly string[]]>([
    ['a grant', [exception('grant', 'admin')], ['admin by exception:e', 'user x by a@a']],
    ['a grant of what is not defined', [exception('grant', 'ghost')], ['user x by a@a']],
    ['other scopes', [exception('scopes', 'user', ['y'])], ['user y by a@a+exception:e']],
    [
      'two overrides, the later one counts',
      [
        exception('scopes', 'user', ['y'], { id: 'f', startDateTime: '2026-02-01T00:00:00Z' }),
        exception('scopes', 'user', ['z'], { id: 'd' }),
      ],
      ['user y by a@a+exception:f'],
    ],
    ['a denial', [exception('deny', 'user')], []],
    ['a denial elsewhere', [exception('deny', 'user', ['y'])], ['user x by a@a']],
    [
      'a denial of a grant in one scope',
      [exception('grant', 'admin'), exception('deny', 'admin', ['x'], { id: 'd' })],
      ['admin -x by exception:e', 'user x by a@a'],
    ],
    ['one to come', [exception('deny', 'user', [], { startDateTime: '2026-03-01T12:00:01Z' })], ['user x by a@a']],
    ['one that is over', [exception('deny', 'user', [], { endDateTime: '2026-03-01T12:00:00Z' })], ['user x by a@a']],
    [
      'one that is closed',
      [exception('deny', 'user', [], { closedDateTime: '2026-02-01T00:00:00Z' })],
      ['user x by a@a'],
    ],
  ])('%s', (_case, exceptions, expected) => {
    expect(tell({ rules, exceptions })).toEqual(expected);
  });

  it('counts a granted role against the default one, and takes a denied default away', () => {
    const document = { defaultRole: 'user' };
    expect(tell({ document, exceptions: [exception('grant', 'editor')] })).toEqual(['editor by exception:e']);
    expect(tell({ document, exceptions: [exception('deny', 'user')] })).toEqual([]);
    expect(tell({ document, exceptions: [exception('scopes', 'user', ['y'])] })).toEqual([
      'user y by default+exception:e',
    ]);
  });

  it('is for guests whom the document excludes, too', () => {
    expect(tell({ rules, type: 'guest', exceptions: [exception('grant', 'editor')] })).toEqual([
      'editor by exception:e',
    ]);
  });

  it('lets the next role win where the strongest is denied', () => {
    const document = { roleResolution: 'strongest' };
    const both = [grant('a', 'admin'), grant('b', 'user')];
    expect(tell({ rules: both, document, exceptions: [exception('deny', 'admin', ['x'])] })).toEqual([
      'admin -x by a@a',
      'user x by b@b',
    ]);
  });
});

describe('the oracle, conflicts', () => {
  const conflict = (special: object) => ({ conflicts: [{ id: 'c', roles: ['admin', 'user'], ...special }] });
  const withhold = { action: 'withhold' };

  it.each<readonly [string, readonly unknown[], object, readonly string[]]>([
    [
      'takes the weaker from the scopes of the stronger',
      [grant('a', 'admin', ['x']), grant('b', 'user')],
      conflict(withhold),
      ['admin x by a@a', 'user -x by b@b'],
    ],
    [
      'takes the weaker wholly wherever the stronger is held, if any scope counts',
      [grant('a', 'admin', ['x']), grant('b', 'user', ['y'])],
      conflict({ ...withhold, scope: 'any' }),
      ['admin x by a@a'],
    ],
    [
      'leaves scopes that do not meet',
      [grant('a', 'admin', ['x']), grant('b', 'user', ['y'])],
      conflict(withhold),
      ['admin x by a@a', 'user y by b@b'],
    ],
    [
      'lets whoever is withheld withhold nobody',
      [grant('a', 'admin'), grant('b', 'editor'), grant('c', 'user')],
      {
        conflicts: [
          { id: '1', roles: ['editor', 'user'], ...withhold },
          { id: '2', roles: ['admin', 'editor'], ...withhold },
        ],
      },
      ['admin by a@a', 'user by c@c'],
    ],
    [
      'reports, and leaves both',
      [grant('a', 'admin', ['x', 'y']), grant('b', 'user')],
      conflict({}),
      ['admin x+y by a@a', 'user by b@b', 'c: admin + user in x, y'],
    ],
  ])('%s', (_case, rules, document, expected) => {
    expect(tell({ rules, document: { ...document } })).toEqual(expected);
  });
});
