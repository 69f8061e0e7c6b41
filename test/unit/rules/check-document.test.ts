import { AccessDeniedError, IncompleteReadingError, UnavailableError } from '../../../src/lib/errors.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import { packRows } from '../../../src/lib/record/entity-codec.ts';
import { fitsTransaction, requestSize } from '../../../src/lib/record/transaction-limits.ts';
import { checkDocument } from '../../../src/lib/rules/check-document.ts';
import { activeRules, directoryWith, documentOf, groupId, groupInfo, rule, soundDocument } from './sample-document.ts';

const [a, b, c] = [groupId('a'), groupId('b'), groupId('c')];
const tenantId = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';
const groups = [
  groupInfo(a, 'Alpha'),
  groupInfo(b, 'Beta'),
  groupInfo(c, 'Board', { kind: 'microsoft365', hiddenMembership: true }),
];

function check(input: unknown, { directory = directoryWith(...groups), active }: Partial<Asked> = {}) {
  const clock = { now: () => new Date('2026-02-01T00:00:00.000Z') };
  return checkDocument({ tenantId, clock, directory, rules: { active: async () => active } }, input);
}

interface Asked {
  readonly directory: ReturnType<typeof directoryWith>;
  readonly active: ActiveRules | undefined;
}

async function warningsOf(rules: readonly Record<string, unknown>[], special: object = {}, asked: Partial<Asked> = {}) {
  const checked = await check({ ...soundDocument(), ...special, rules }, asked);
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
  return checked.value.warnings.map(({ path, warning, remedy }) => {
    expect(remedy).not.toBe('');
    return `${path} | ${warning}`;
  });
}

const containing = (part: string): unknown => expect.stringContaining(part);

describe('checkDocument', () => {
  it('gives the document with its pins', async () => {
    expect(await check(JSON.stringify(soundDocument()))).toMatchObject({
      ok: true,
      value: { document: { roleResolution: 'union' }, pins: [{ ruleId: 'base', groupId: a }], warnings: [] },
    });
  });

  it.each([
    ['of shape', { ...soundDocument(), rules: 5 }, '$.rules'],
    ['of content', { ...soundDocument(), defaultRole: 'x' }, '$.defaultRole'],
    [
      'of groups that are not there',
      { ...soundDocument(), rules: [rule('r', { group: { id: groupId('f') } })] },
      '$.rules[0].group.id',
    ],
  ])('gives faults %s', async (_case, input, path) => {
    expect(await check(input)).toMatchObject({ ok: false, faults: [{ path }] });
  });

  const faulty = {
    ...soundDocument(),
    colour: 'red',
    rules: [
      5,
      rule('r1', { group: { displayName: 'Gamma' }, grants: { roles: ['x'] } }),
      rule('r 2', { group: { displayName: 'Twin' } }),
      rule('r3', { group: { id: groupId('f') }, guests: 'maybe' }),
      rule('r4', { group: { displayName: groupId('f') } }),
      rule('r5', { group: { displayNamePattern: 'No{Such}' }, where: { Other: 'x' } }),
      rule('r6', { group: { id: c, colour: 'red' } }),
      rule('r7', { group: { id: c } }),
    ],
    defaultRole: 'x',
  };
  const ofContent = [
    '$.colour',
    '$.rules[0]',
    '$.rules[1].grants.roles[0]',
    '$.rules[2].id',
    '$.rules[3].guests',
    '$.rules[4].group.displayName',
    '$.rules[5].where.Other',
    '$.rules[6].group.colour',
    '$.defaultRole',
  ];
  const ofGroups = [
    '$.rules[1].group.displayName',
    '$.rules[2].group.displayName',
    '$.rules[3].group.id',
    '$.rules[7].group.id',
  ];
  const pathsOf = (checked: Awaited<ReturnType<typeof check>>): readonly string[] =>
    checked.ok ? [] : checked.faults.map(({ path }) => path);

  it('tells faults of shape, of meaning and of groups at once, each where it stands', async () => {
    const twins = ['d', 'e'].map((letter) => groupInfo(groupId(letter), 'Twin'));
    const checked = await check(JSON.stringify(faulty), { directory: directoryWith(...groups, ...twins) });
    expect(pathsOf(checked)).toEqual([
      ...ofContent.slice(0, 3),
      ofGroups[0],
      ofContent[3],
      ofGroups[1],
      ofContent[4],
      ofGroups[2],
      ...ofContent.slice(5, 8),
      ofGroups[3],
      ofContent[8],
    ]);
  });

  it('tells the other faults while the groups can not be read, and fails for a defect only', async () => {
    const failing = (error: Error) => ({ ...directoryWith(...groups), readGroups: () => Promise.reject(error) });
    for (const error of [new UnavailableError('503'), new AccessDeniedError('403'), new IncompleteReadingError('…')]) {
      expect(pathsOf(await check(faulty, { directory: failing(error) }))).toEqual(ofContent);
    }
    await expect(check(faulty, { directory: failing(new TypeError('oops')) })).rejects.toThrow('oops');
  });

  it('asks nothing of the directory for a document that names no group', async () => {
    const directory = { ...directoryWith(), readGroups: () => Promise.reject(new TypeError('oops')) };
    expect(pathsOf(await check('[', { directory }))).toEqual(['$']);
    expect(pathsOf(await check({ ...soundDocument(), rules: [rule('r', { group: {} })] }, { directory }))).toEqual([
      '$.rules[0].group',
    ]);
  });

  it('refuses a document that one transaction can not hold, and what it lets pass fits', async () => {
    const named = (count: number) =>
      Array.from({ length: count }, (_unused, index) => ({
        id: `${index}`.padEnd(128, 'x'),
        displayName: 'é'.repeat(256),
      }));
    const teams = named(5000);
    expect(await check({ ...soundDocument(), teams, permissions: teams })).toMatchObject({
      ok: false,
      faults: [{ path: '$', fault: containing('bytes in the table') }],
    });
    const checked = await check({ ...soundDocument(), teams, permissions: named(700) });
    expect(checked.ok).toBe(true);
    const { document, pins } = checked.ok ? checked.value : {};
    const columns = { document: JSON.stringify(document), pins: JSON.stringify(pins) };
    const rows = packRows({ partitionKey: tenantId, rowKey: 'version|1' }, columns);
    expect(requestSize(rows)).toBeGreaterThan(3_800_000);
    expect(fitsTransaction(rows)).toBe(true);
  });

  it('tells that groups can not be read from that there is no such group (A23)', async () => {
    const missing = await check({ ...soundDocument(), rules: [rule('r', { group: { displayName: 'Gamma' } })] });
    expect(missing).toMatchObject({
      ok: false,
      faults: [{ path: '$.rules[0].group.displayName', fault: `no group of tenant ${tenantId} is named 'Gamma'` }],
    });
    const refuse = async () => {
      throw new AccessDeniedError('the application permission Group.Read.All is missing');
    };
    const directory = { ...directoryWith(), readGroups: refuse };
    expect(await check(soundDocument(), { directory })).toMatchObject({
      ok: false,
      faults: [
        {
          path: '$.rules',
          fault: `the groups of tenant ${tenantId} can not be read: the application permission Group.Read.All is missing`,
        },
      ],
    });
  });

  it('says nothing of a document while the directory is out of reach', async () => {
    const fail = async () => {
      throw new UnavailableError('Microsoft Graph answered 503.');
    };
    const failing = check(soundDocument(), { directory: { ...directoryWith(), readGroups: fail } });
    await expect(failing).rejects.toBeInstanceOf(UnavailableError);
  });

  it.each([
    ['id', { id: c }],
    ['displayName', { displayName: 'Board' }],
  ])('refuses a group that hides its membership, by %s, naming the permission (E3)', async (property, group) => {
    expect(await check({ ...soundDocument(), rules: [rule('r', { group })] })).toMatchObject({
      ok: false,
      faults: [
        {
          path: `$.rules[0].group.${property}`,
          fault: `the group 'Board' (${c}) hides its membership from us`,
          remedy: containing('Member.Read.Hidden'),
        },
      ],
    });
  });
});

describe('warnings', () => {
  const pattern = { displayNamePattern: 'Be{Rest}' };
  it.each<[string, readonly Record<string, unknown>[], object, readonly string[]]>([
    ['a rule by id', [rule('r')], {}, []],
    [
      'a rule by name only (R6)',
      [rule('r', { group: { displayName: 'Alpha' } })],
      {},
      ['$.rules[0].group.displayName | named by its name only'],
    ],
    ['a comment that is true', [rule('r', { group: { id: a, displayName: 'Alpha' } })], {}, []],
    [
      'a comment that is not true any more',
      [rule('r', { group: { id: a, displayName: 'Alfa' } })],
      {},
      ["$.rules[0].group.displayName | the group that this stands for is named 'Alpha'"],
    ],
    [
      'ids that a pattern comes to and nobody defined',
      [
        rule('r', {
          group: pattern,
          grants: { roles: ['user', 'x-{Rest}'] },
          guests: { grants: { teams: ['{Rest}'] } },
        }),
      ],
      {},
      [
        `$.rules[0].grants | 'x-ta' is not defined, so the group 'Beta' (${b}) does not give this role`,
        `$.rules[0].grants | 'ta' is not defined, so the group 'Beta' (${b}) does not give this team`,
      ],
    ],
    [
      'a pattern that nothing matches',
      [rule('r', { group: { displayNamePattern: 'Profisee{Env}' } })],
      {},
      ["$.rules[0].group.displayNamePattern | no group matches 'Profisee{Env}'"],
    ],
    [
      'a switch of a group that no rule maps',
      [rule('r')],
      { groups: [a, b].map((id) => ({ id, enabled: false })) },
      ['$.groups[1].id | no rule maps this group'],
    ],
  ])('of %s', async (_case, rules, special, warnings) => {
    expect(await warningsOf(rules, special)).toEqual(warnings);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    [
      'a name that went to another group',
      { group: { displayName: 'Alfa' } },
      a,
      "$.rules[0].group.displayName | the group that this stands for is named 'Alpha'",
    ],
    [
      'a group that does not answer',
      { group: { id: groupId('f') } },
      groupId('f'),
      `$.rules[0].group | the group 'before' (${groupId('f')}) does not answer`,
    ],
    [
      'a mapped group that hides its membership',
      { group: { id: c } },
      c,
      `$.rules[0].group | the group 'Board' (${c}) hides its membership from us`,
    ],
  ])('of %s; it stays mapped', async (_case, properties, id, warning) => {
    const rules = [rule('r', properties)];
    const pin = { ruleId: 'r', groupId: id, displayName: 'before', mappedSince: '2026-01-01T00:00:00.000Z' };
    expect(await warningsOf(rules, {}, { active: activeRules(documentOf(rules), [pin]) })).toEqual([warning]);
  });
});
