import { expectedAccess } from '../../../dev/oracle/expected-access.ts';
import type { OracleException } from '../../../dev/oracle/exceptions.ts';
import type { HeldFacts } from '../../../dev/oracle/expected-facts.ts';
import type { ExpectedUser } from '../../../dev/oracle/expected-user.ts';
import { type OraclePin, readRules } from '../../../dev/oracle/rules.ts';
import type { DirectoryUser } from '../../../dev/simulator/world/directory-object.ts';
import { tinyDirectory } from './tiny-world.ts';

interface Case {
  users?: Readonly<Record<string, Partial<DirectoryUser>>>;
  groups: Readonly<Record<string, readonly string[]>>;
  rules: readonly unknown[];
  document?: Readonly<Record<string, unknown>>;
  known?: readonly string[];
  held?: Readonly<Record<string, Partial<HeldFacts>>>;
  pins?: readonly OraclePin[];
  exceptions?: readonly OracleException[];
}

const roles = [
  { id: 'admin', precedence: 1 },
  { id: 'editor', precedence: 5 },
  { id: 'user', precedence: 10 },
];
const definitions = { roles, businessFunctions: [{ id: 'f' }], teams: [{ id: 't' }], permissions: [{ id: 'p' }] };
const now = Date.parse('2026-03-01T12:00:00Z');
const none: ReadonlySet<string> = new Set();

function judge({
  users,
  groups,
  rules,
  document,
  known,
  held,
  pins,
  exceptions,
}: Case): ReadonlyMap<string, ExpectedUser> {
  return expectedAccess({
    directory: tinyDirectory(users ?? { ann: {} }, groups),
    rules: readRules({ ...definitions, rules, ...document }),
    pins: pins ?? [],
    exceptions: new Map(exceptions ? [['ann', exceptions]] : []),
    now,
    known: new Set(known),
    held: new Map(Object.entries(held ?? {}).map(([id, facts]) => [id, { member: none, direct: none, ...facts }])),
  });
}

/** `state: kind id[scopes][-except] <sources> pending` of everything a user has, for short expectations. */
function tell(world: ReadonlyMap<string, ExpectedUser>, userId = 'ann'): string {
  const user = world.get(userId);
  if (user === undefined) return 'no record';
  const assignments = user.assignments.map(({ kind, id, scopes, exceptScopes, sources, pending }) =>
    [
      `${kind} ${id}`,
      ...(scopes.length > 0 ? [`in ${scopes.join('+')}`] : []),
      ...(exceptScopes.length > 0 ? [`not in ${exceptScopes.join('+')}`] : []),
      `by ${sources.join('+')}`,
      ...(pending ? ['pending'] : []),
    ].join(' '),
  );
  return [user.state, ...assignments].join('; ');
}

const grant = (id: string, group: string, role: string, rest: object = {}) => ({
  id,
  group: { id: group },
  grants: { roles: [role] },
  ...rest,
});

describe('expectedAccess', () => {
  it('gives every kind of entitlement to a member of the mapped group', () => {
    const grants = { roles: ['user'], businessFunctions: ['f'], teams: ['t'], permissions: ['p'] };
    const world = judge({ groups: { g: ['ann'] }, rules: [{ id: 'r', group: { id: 'g' }, grants }] });
    expect(tell(world)).toBe('active; businessFunction f by r@g; permission p by r@g; role user by r@g; team t by r@g');
  });

  it('counts nested members for transitive rules only, also through a cycle', () => {
    const groups = { outer: ['inner'], inner: ['ann', 'outer'] };
    expect(tell(judge({ groups, rules: [grant('r', 'outer', 'user')] }))).toBe('active; role user by r@outer');
    expect(tell(judge({ groups, rules: [grant('r', 'outer', 'user', { membership: 'direct' })] }))).toBe('active');
    expect(tell(judge({ groups, rules: [grant('r', 'inner', 'user', { membership: 'direct' })] }))).toBe(
      'active; role user by r@inner',
    );
  });

  it('expects no record of people in no mapped group, and keeps known ones', () => {
    const groups = { g: [], other: ['ann'] };
    expect(tell(judge({ groups, rules: [grant('r', 'g', 'user')] }))).toBe('no record');
    expect(tell(judge({ groups, rules: [grant('r', 'g', 'user')], known: ['ann'] }))).toBe('active');
  });

  it('does not count a deleted group', () => {
    const directory = tinyDirectory({ ann: {} }, { g: ['ann'] });
    directory.apply({ kind: 'groupDeleted', groupId: 'g' });
    const rules = readRules({ roles, rules: [grant('r', 'g', 'user')] });
    const input = { directory, rules, pins: [], known: new Set(['ann']), held: new Map(), exceptions: new Map(), now };
    expect(tell(expectedAccess(input))).toBe('active');
  });

  it.each([
    ['exclude', undefined, 'active'],
    ['include', undefined, 'active; role user by r@g'],
    ['exclude', 'include', 'active; role user by r@g'],
    ['include', 'exclude', 'active'],
    ['exclude', { grants: { teams: ['t'] } }, 'active; team t by r@g'],
  ])('treats guests as the document (%s) and the rule (%j) say', (guests, ofRule, expected) => {
    const rule = grant('r', 'g', 'user', ofRule === undefined ? {} : { guests: ofRule });
    const users = { ann: { userType: 'Guest' } } as const;
    expect(tell(judge({ users, groups: { g: ['ann'] }, rules: [rule], document: { guests } }))).toBe(expected);
  });

  it('takes an account without a type for a member', () => {
    const users = { ann: { userType: null } };
    expect(tell(judge({ users, groups: { g: ['ann'] }, rules: [grant('r', 'g', 'user')] }))).toBe(
      'active; role user by r@g',
    );
  });

  it.each([
    ['suspend', 'suspended; role user by r@g'],
    ['keep', 'active; role user by r@g'],
  ])('lets disabled accounts %s', (disabledAccounts, expected) => {
    const users = { ann: { accountEnabled: false } };
    const rules = [grant('r', 'g', 'user')];
    expect(tell(judge({ users, groups: { g: ['ann'] }, rules, document: { disabledAccounts } }))).toBe(expected);
  });

  it('leaves nothing to a known user who is gone', () => {
    expect(tell(judge({ groups: { g: [] }, rules: [], known: ['bob'] }), 'bob')).toBe('removed');
  });

  it('falls back to the default role only without any other role, and not for excluded guests', () => {
    const document = { defaultRole: 'user' };
    const team = { id: 'r', group: { id: 'g' }, grants: { teams: ['t'] } };
    const groups = { g: ['ann'] };
    expect(tell(judge({ groups, rules: [team], document }))).toBe('active; role user by default; team t by r@g');
    expect(tell(judge({ groups, rules: [grant('r', 'g', 'editor')], document }))).toBe('active; role editor by r@g');
    expect(tell(judge({ groups: { g: [] }, rules: [team], document }))).toBe('no record');
    const users = { ann: { userType: 'Guest' } } as const;
    expect(tell(judge({ users, groups, rules: [team], document }))).toBe('active');
    expect(tell(judge({ users, groups, rules: [team], document: { ...document, guests: 'include' } }))).toBe(
      'active; role user by default; team t by r@g',
    );
  });

  it('ignores rules that are switched off', () => {
    const rule = grant('r', 'g', 'user', { enabled: false });
    expect(tell(judge({ groups: { g: ['ann'] }, rules: [rule] }))).toBe('no record');
  });

  it('follows the pin of a rule that names its group', () => {
    const rule = { id: 'r', group: { displayName: 'Named' }, grants: { roles: ['user'] } };
    expect(tell(judge({ groups: { g: ['ann'] }, rules: [rule], pins: [{ ruleId: 'r', groupId: 'g' }] }))).toBe(
      'active; role user by r@g',
    );
    expect(tell(judge({ groups: { g: ['ann'] }, rules: [rule] }))).toBe('no record');
  });

  it('unites scopes and sources; a rule without scopes swallows the others', () => {
    const groups = { g: ['ann'], h: ['ann'], i: ['ann'] };
    const scoped = [grant('r', 'g', 'user', { scopes: ['b'] }), grant('s', 'h', 'user', { scopes: ['a', 'b'] })];
    expect(tell(judge({ groups, rules: scoped }))).toBe('active; role user in a+b by r@g+s@h');
    expect(tell(judge({ groups, rules: [...scoped, grant('t', 'i', 'user')] }))).toBe(
      'active; role user by r@g+s@h+t@i',
    );
  });

  it.each([
    ['the stronger of two everywhere', [[], []], 'active; role admin by a@g'],
    ['each in its own scope', [['x'], ['y']], 'active; role admin in x by a@g; role user in y by u@h'],
    ['the stronger in a shared scope', [['x'], ['x', 'y']], 'active; role admin in x by a@g; role user in y by u@h'],
    ['the weaker everywhere else', [['x'], []], 'active; role admin in x by a@g; role user not in x by u@h'],
    ['a weaker scope never beside an unscoped stronger role', [[], ['y']], 'active; role admin by a@g'],
  ])('under strongest leaves %s', (_, [adminScopes, userScopes], expected) => {
    const rules = [grant('u', 'h', 'user', { scopes: userScopes }), grant('a', 'g', 'admin', { scopes: adminScopes })];
    const world = judge({ groups: { g: ['ann'], h: ['ann'] }, rules, document: { roleResolution: 'strongest' } });
    expect(tell(world)).toBe(expected);
  });

  it('keeps what a hold keeps, and marks it as pending', () => {
    const rules = [grant('r', 'g', 'user')];
    const held = { ann: { member: new Set(['g']) } };
    expect(tell(judge({ groups: { g: [] }, rules, known: ['ann'], held }))).toBe('active; role user by r@g pending');
  });

  it('is not pending when the directory gives it too', () => {
    const rules = [grant('r', 'g', 'user'), grant('s', 'h', 'user')];
    const held = { ann: { member: new Set(['g']) } };
    expect(tell(judge({ groups: { g: [], h: ['ann'] }, rules, held }))).toBe('active; role user by r@g+s@h');
    expect(tell(judge({ groups: { g: ['ann'], h: [] }, rules, held }))).toBe('active; role user by r@g');
  });

  it('keeps a directness that is held apart from the membership', () => {
    const rules = [grant('r', 'g', 'user', { membership: 'direct' })];
    const held = { ann: { direct: new Set(['g']) } };
    expect(tell(judge({ groups: { g: ['h'], h: ['ann'] }, rules, held }))).toBe('active; role user by r@g pending');
  });

  it('keeps an account whose end is held, with the groups it had', () => {
    const account = { state: 'enabled', type: 'member', member: new Set(['g']), direct: none } as const;
    const rules = [grant('r', 'g', 'user')];
    expect(tell(judge({ groups: { g: [] }, rules, known: ['bob'], held: { bob: { account } } }), 'bob')).toBe(
      'active; role user by r@g',
    );
    const users = { ann: { accountEnabled: false } };
    expect(tell(judge({ users, groups: { g: ['ann'] }, rules, held: { ann: { account } } }))).toBe(
      'active; role user by r@g',
    );
  });
});
