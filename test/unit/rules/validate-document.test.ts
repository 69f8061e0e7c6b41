import { validateDocument } from '../../../src/lib/rules/validate-document.ts';
import { sizeFaults } from '../../../src/lib/rules/largest-record.ts';
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

const pattern = { group: { displayNamePattern: 'Profisee{Env}_{Role}' } };
const templates = { grants: { roles: ['profisee-{Role}', 'user'] }, scopes: ['env:{Env}'] };
const conflict = (roles = ['admin', 'user'], action = 'report') => ({ id: 'pay', roles, action });

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
    ['a pattern (P4)', [rule('a', { ...pattern, where: { Env: 'Dev' } })], {}],
    ['a pattern whose parts enter grants and scopes', [rule('a', { ...pattern, ...templates })], {}],
    ['a pattern that protected groups may join', [rule('a', { group: { ...pattern.group, pin: 'protected' } })], {}],
    ['a group that is switched off', [rule('a')], { groups: [{ id: groupId('a'), enabled: false }] }],
    ['a conflict', [rule('a')], { conflicts: [conflict()] }],
    ['a conflict of equals that is only reported', [rule('a')], { roles: twins, conflicts: [conflict(['a', 'user'])] }],
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
    [
      'a pattern beside an id',
      [rule('a', { group: { id: groupId('a'), ...pattern.group } })],
      {},
      '$.rules[0].group.displayNamePattern | a pattern beside an object id',
    ],
    [
      'a pattern beside a name',
      [rule('a', { group: { displayName: 'x', ...pattern.group } })],
      {},
      '$.rules[0].group.displayNamePattern | a pattern beside an exact name',
    ],
    [
      'a pattern that matches every name',
      [rule('a', { group: { displayNamePattern: '{Any}' } })],
      {},
      '$.rules[0].group.displayNamePattern | would match every name',
    ],
    [
      'pin beside an id',
      [rule('a', { group: { id: groupId('a'), pin: 'protected' } })],
      {},
      '$.rules[0].group.pin | an object id is one group, and no other matches it',
    ],
    [
      'where without a pattern',
      [rule('a', { where: { Env: 'Dev' } })],
      {},
      '$.rules[0].where | speaks of named parts, and the rule has no pattern',
    ],
    [
      'where of an unknown part',
      [rule('a', { ...pattern, where: { env: 'Dev' } })],
      {},
      '$.rules[0].where.env | the pattern has no part {env}',
    ],
    [
      'a part in a rule without a pattern',
      [rule('a', { grants: { roles: ['x-{Role}'] } })],
      {},
      '$.rules[0].grants.roles[0] | takes {Role}, and the rule has no pattern',
    ],
    [
      'an unknown part in what guests get',
      [rule('a', { ...pattern, guests: { grants: { teams: ['{role}'] } } })],
      {},
      '$.rules[0].guests.grants.teams[0] | the pattern has no part {role}',
    ],
    [
      'an unknown part in a scope',
      [rule('a', { ...pattern, scopes: ['entity:{Entity}'] })],
      {},
      '$.rules[0].scopes[0] | the pattern has no part {Entity}',
    ],
    [
      'a brace without its partner',
      [rule('a', { ...pattern, scopes: ['entity:{Env'] })],
      {},
      '$.rules[0].scopes[0] | a brace without its partner',
    ],
    [
      'a group switched twice, whatever its capitals',
      [rule('a')],
      { groups: [groupId('a'), groupId('A')].map((id) => ({ id, enabled: false })) },
      `$.groups[1].id | '${groupId('a')}' is the id of $.groups[0] already`,
    ],
    [
      'a conflict twice',
      [rule('a')],
      { conflicts: [conflict(), conflict()] },
      "$.conflicts[1].id | 'pay' is the id of $.conflicts[0] already",
    ],
    [
      'an undefined role in a conflict',
      [rule('a')],
      { conflicts: [conflict(['user', 'x'])] },
      "$.conflicts[0].roles[1] | 'x' is not defined",
    ],
    [
      'a role twice in a conflict',
      [rule('a')],
      { conflicts: [conflict(['user', 'admin', 'user'], 'withhold')] },
      "$.conflicts[0].roles[2] | 'user' stands twice",
    ],
    [
      'a tie where the weaker is withheld',
      [rule('a')],
      { roles: twins, conflicts: [conflict(['a', 'user'], 'withhold')] },
      "$.conflicts[0].roles[1] | 'user' has the precedence of 'a', so neither is the weaker one to withhold",
    ],
  ])('finds %s', (_case, rules, properties, fault) => {
    expect(faultsOf(rules, properties)).toEqual([fault]);
  });

  it('refuses rules that could outgrow a record', () => {
    const tooLarge = [expect.stringMatching(/^\$\.rules \| a user in every/)];
    expect(faultsOf(thousandRules(2000, 'r'.repeat(120)))).toEqual(tooLarge);
    const scopes = Array.from({ length: 100 }, (_unused, index) => `${index}:{Env}{Env}{Role}{Role}`);
    const wide = [0, 1, 2, 3, 4].map((index) => rule(String(index), { ...pattern, scopes }));
    expect(faultsOf(wide)).toEqual(tooLarge);
  });

  it('counts a pattern once for each group that it matched', () => {
    const document = documentOf([rule('a', pattern)]);
    const pins = Array.from({ length: 2000 }, (_unused, index) => ({
      ruleId: 'a',
      groupId: String(index),
      displayName: 'ProfiseeDev_Admins',
    }));
    expect(sizeFaults(document, pins.slice(0, 100))).toEqual([]);
    expect(sizeFaults(document, pins)).toMatchObject([{ path: '$.rules' }]);
  });

  it('asks nothing of templates while their pattern can not be read', () => {
    const broken = rule('a', { group: { displayNamePattern: 'x{' }, grants: { roles: ['{Role}'] } });
    expect(faultsOf([broken])).toEqual(['$.rules[0].group.displayNamePattern | a brace without its partner']);
  });

  it('tells ten different faults in ten messages, each with its path and what would be right', () => {
    const rules = [
      rule('r0', { group: {} }),
      rule('r1', { group: { displayName: groupId('a') } }),
      rule('r2', { group: { displayNamePattern: 'App{Env}{Role}' } }),
      rule('r3', { ...pattern, where: { Stage: 'Dev' } }),
      rule('r4', { grants: { roles: ['{Role}'] } }),
      rule('r4', { grants: { businessFunctions: ['sales'] } }),
    ];
    const document = documentOf(rules, {
      ...strongest,
      roles: [...twins, { id: 'admin', precedence: 2 }],
      conflicts: [{ id: 'c', roles: ['a', 'nobody'] }],
      defaultRole: 'guest',
    });
    const told = validateDocument(document).map(({ path, fault, remedy }) => [path, fault, remedy]);
    expect(told).toEqual([
      [
        '$.roles[1].precedence',
        "precedence 1 is that of 'a', and roleResolution is strongest",
        'give each role a precedence of its own',
      ],
      ['$.rules[5].id', "'r4' is the id of $.rules[4] already", 'give it another id'],
      [
        '$.rules[0].group',
        'names no group',
        'give its object id as id, its exact name as displayName, or a displayNamePattern',
      ],
      ['$.rules[1].group.displayName', 'an object id given as a name', 'give it as id'],
      [
        '$.rules[2].group.displayNamePattern',
        'nothing tells where {Env} ends and {Role} begins',
        'put the text between them that the names have, for example _',
      ],
      ['$.rules[3].where.Stage', 'the pattern has no part {Stage}', 'use {Env}, {Role}'],
      [
        '$.rules[4].grants.roles[0]',
        'takes {Role}, and the rule has no pattern',
        'write the id out, or give a displayNamePattern',
      ],
      [
        '$.rules[5].grants.businessFunctions[0]',
        "'sales' is not defined",
        'add it to $.businessFunctions, or grant one of those defined there',
      ],
      ['$.conflicts[0].roles[1]', "'nobody' is not defined", 'name one of $.roles'],
      ['$.defaultRole', "'guest' is not defined", 'name one of $.roles, or null for none'],
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
