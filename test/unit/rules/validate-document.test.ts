import { validateDocument } from '../../../src/lib/rules/validate-document.ts';
import { documentOf, groupId, rule } from './sample-document.ts';

type Rules = readonly Record<string, unknown>[];

function faultsOf(rules: Rules, properties: object = {}): readonly string[] {
  return validateDocument(documentOf(rules, properties)).map(({ path, fault, remedy }) => {
    expect(remedy).not.toBe('');
    return `${path} | ${fault}`;
  });
}

const strongest = { roleResolution: 'strongest' };
const twins = [
  { id: 'a', precedence: 1 },
  { id: 'user', precedence: 1 },
];

describe('validateDocument', () => {
  it.each<[string, Rules, object]>([
    ['a rule by id', [rule('a')], {}],
    ['a rule by name', [rule('a', { group: { displayName: 'Azure_APP_Production-Assist' } })], {}],
    ['an id with a GUID as comment', [rule('a', { group: { id: groupId('a'), displayName: groupId('b') } })], {}],
    ['roles of one precedence under union', [rule('a')], { roles: twins }],
    ['a rule that only gives to guests', [rule('a', { grants: {}, guests: { grants: { teams: ['red'] } } })], {}],
    ['one id in two kinds', [rule('a')], { teams: [{ id: 'user' }] }],
    ['a defined default role', [rule('a')], { defaultRole: 'user' }],
    ['a thousand rules of usual size', thousandRules(1000, 'r'), {}],
  ])('accepts %s', (_case, rules, properties) => {
    expect(faultsOf(rules, properties)).toEqual([]);
  });

  it.each<[string, Rules, object, string]>([
    [
      'a role twice',
      [rule('a')],
      {
        roles: [
          { id: 'user', precedence: 1 },
          { id: 'user', precedence: 2 },
        ],
      },
      "$.roles[1].id | 'user' is the id of $.roles[0] already",
    ],
    [
      'a function twice',
      [rule('a')],
      { businessFunctions: [{ id: 'x' }, { id: 'x' }] },
      "$.businessFunctions[1].id | 'x' is the id of $.businessFunctions[0] already",
    ],
    ['a rule id twice', [rule('a'), rule('b'), rule('a')], {}, "$.rules[2].id | 'a' is the id of $.rules[0] already"],
    [
      'an undefined role',
      [rule('a', { grants: { roles: ['user', 'x'] } })],
      {},
      "$.rules[0].grants.roles[1] | 'x' is not defined",
    ],
    [
      'an undefined function',
      [rule('a', { grants: { businessFunctions: ['x'] } })],
      {},
      "$.rules[0].grants.businessFunctions[0] | 'x' is not defined",
    ],
    [
      'an undefined team',
      [rule('a', { grants: { teams: ['x'] } })],
      {},
      "$.rules[0].grants.teams[0] | 'x' is not defined",
    ],
    [
      'an undefined permission',
      [rule('a', { grants: { permissions: ['x'] } })],
      {},
      "$.rules[0].grants.permissions[0] | 'x' is not defined",
    ],
    [
      'an undefined role for guests',
      [rule('a', { guests: { grants: { roles: ['x'] } } })],
      {},
      "$.rules[0].guests.grants.roles[0] | 'x' is not defined",
    ],
    ['a rule without group', [rule('a', { group: {} })], {}, '$.rules[0].group | names no group'],
    [
      'a GUID as name (R9)',
      [rule('a', { group: { displayName: groupId('A') } })],
      {},
      '$.rules[0].group.displayName | an object id given as a name',
    ],
    ['a rule that gives nothing', [rule('a', { grants: { roles: [] } })], {}, '$.rules[0].grants | grants nothing'],
    [
      'one precedence under strongest (R14)',
      [rule('a')],
      { ...strongest, roles: twins },
      "$.roles[1].precedence | precedence 1 is that of 'a', and roleResolution is strongest",
    ],
    ['an undefined default role', [rule('a')], { defaultRole: 'x' }, "$.defaultRole | 'x' is not defined"],
  ])('finds %s', (_case, rules, properties, fault) => {
    expect(faultsOf(rules, properties)).toEqual([fault]);
  });

  it('refuses rules that could outgrow a record', () => {
    expect(faultsOf(thousandRules(2000, 'r'.repeat(120)))).toEqual([
      expect.stringMatching(/^\$\.rules \| a user in every/),
    ]);
  });

  it('finds every fault at once, in the order of the document', () => {
    const rules = [rule('a', { group: {}, grants: { roles: ['x'] } }), rule('a')];
    expect(
      faultsOf(rules, { ...strongest, roles: twins, defaultRole: 'y' }).map((fault) => fault.replace(/ .*/, '')),
    ).toEqual([
      '$.roles[1].precedence',
      '$.rules[1].id',
      '$.rules[0].group',
      '$.rules[0].grants.roles[0]',
      '$.defaultRole',
    ]);
  });
});

function thousandRules(count: number, prefix: string): Rules {
  return Array.from({ length: count }, (_, index) => {
    const id = `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    return rule(`${prefix}${index}`, { group: { id } });
  });
}
