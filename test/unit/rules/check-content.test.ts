import { checkContent } from '../../../src/lib/rules/check-content.ts';
import { groupId, rule, soundDocument } from './sample-document.ts';
import { faultsOf } from './faults-of.ts';

const pattern = { displayNamePattern: 'App{Env}_{Role}' };

describe('checkContent', () => {
  it('gives the document with its defaults, of text as well as of a value', () => {
    const [fromText, fromValue] = [checkContent(JSON.stringify(soundDocument())), checkContent(soundDocument())];
    expect(fromText).toEqual(fromValue);
    expect(fromValue).toMatchObject({ ok: true, value: { roleResolution: 'union', conflicts: [] } });
  });

  it('tells ten different faults of shape and meaning in ten messages, in the order of the document', () => {
    const checked = checkContent({
      roleResolutoin: 'strongest',
      roles: [
        { id: 'admin', precedence: 0 },
        { id: 'user', precedence: 2 },
        { id: 'user', precedence: 3 },
      ],
      businessFunctions: [{ id: 'payments', budget: { amount: 1, currency: 'euro', per: 'month' } }],
      rules: [
        rule('r0', { group: { id: 'eng' } }),
        rule('r1', { guests: 'maybe', grants: { roles: ['admin', 'nobody'], businessFunctions: ['payments'] } }),
        rule('r2', { group: { displayName: groupId('a') } }),
        rule('r3', { group: pattern, where: { Stage: 'Dev' } }),
      ],
      conflicts: [{ id: 'c', roles: ['admin', 'user'], action: 'withhold' }],
      defaultRole: 'guest',
    });
    expect(checked.ok ? [] : checked.faults.map(({ path, fault, remedy }) => [path, fault, remedy])).toEqual([
      [
        '$.roleResolutoin',
        'not a property of a rules document',
        'remove it or correct its name; config/rules.schema.json lists what is known',
      ],
      ['$.roles[0].precedence', 'expected number to be >=1', 'at least 1'],
      ['$.roles[2].id', "'user' is the id of $.roles[1] already", 'give it another id'],
      ['$.businessFunctions[0].budget.currency', 'not a currency', 'use its code of three capitals, for example EUR'],
      ['$.rules[0].group.id', 'not an object id', 'give the GUID that Entra ID shows as the object id'],
      ['$.rules[1].guests', 'not one of the known values', 'use include, exclude or { "grants": … }'],
      [
        '$.rules[1].grants.roles[1]',
        "'nobody' is not defined",
        'add it to $.roles, or grant one of those defined there',
      ],
      ['$.rules[2].group.displayName', 'an object id given as a name', 'give it as id'],
      ['$.rules[3].where.Stage', 'the pattern has no part {Stage}', 'use {Env}, {Role}'],
      ['$.defaultRole', "'guest' is not defined", 'name one of $.roles, or null for none'],
    ]);
  });

  it('says nothing more of what is no object', () => {
    expect(faultsOf('[')).toEqual([expect.stringMatching(/^\$ \| not JSON/)]);
    expect(faultsOf([])).toEqual(['$ | expected object, received array']);
    expect(faultsOf('"5"')).toEqual(['$ | expected object, received string']);
  });

  it('measures the rules that can be read', () => {
    const rules = Array.from({ length: 1500 }, (_unused, index) => rule(`${index}`.padEnd(120, 'r')));
    const input = { ...soundDocument(), rules: [rule('a', { enabled: 'no' }), ...rules] };
    expect(faultsOf(input)).toEqual([
      expect.stringMatching(/^\$\.rules \| a user in every/),
      expect.stringMatching(/^\$\.rules\[0\]\.enabled/),
    ]);
  });
});

describe('what can not be read', () => {
  const scoped = { scopes: ['{Env}'] };
  it.each<[string, object, readonly string[]]>([
    [
      'defines the id that is there',
      { roles: [{ id: 'user', precedence: 'high' }], defaultRole: 'user' },
      ['$.roles[0].precedence'],
    ],
    [
      'may define any id where its own is misspelt',
      { roles: [{ name: 'user', precedence: 1 }], defaultRole: 'user' },
      ['$.roles[0].id', '$.roles[0].name'],
    ],
    ['may define any id where its own is no text', { roles: [{ id: 7, precedence: 1 }] }, ['$.roles[0].id']],
    ['may define any id where it is no object', { roles: ['user'] }, ['$.roles[0]']],
    ['may define any id where it is no list', { roles: { user: 1 } }, ['$.roles']],
    ['may define any id where the list is missing', { roles: undefined, defaultRole: 'user' }, ['$.roles']],
    [
      'may define any id where the list is misspelt',
      { teams: undefined, team: [{ id: 'red' }], rules: [rule('a', { grants: { teams: ['red'] } })] },
      ['$.team'],
    ],
    [
      'defines nothing where it is no list of theirs',
      { teams: undefined, tenant: 'x', rules: [rule('a', { grants: { teams: ['red'] } })] },
      ['$.tenant', '$.rules[0].grants.teams[0]'],
    ],
    [
      'is no tie of precedences',
      {
        roleResolution: 'strongest',
        roles: [
          { id: 'user', precedence: 0 },
          { id: 'admin', precedence: 0 },
        ],
      },
      ['$.roles[0].precedence', '$.roles[1].precedence'],
    ],
    [
      'is a tie where only the id is at fault',
      {
        roleResolution: 'strongest',
        roles: [
          { id: 'user', precedence: 1 },
          { id: 'a b', precedence: 1 },
        ],
      },
      ['$.roles[1].id', '$.roles[1].precedence'],
    ],
    [
      'may be the resolution in another word',
      {
        roleResolution: 'strong',
        roles: [
          { id: 'user', precedence: 1 },
          { id: 'a', precedence: 1 },
        ],
      },
      ['$.roleResolution'],
    ],
    [
      'is one fault where two ids are alike',
      { teams: [{ id: 'a b' }, { id: 'a b' }] },
      ['$.teams[0].id', '$.teams[1].id'],
    ],
    ['may name a group', { rules: [rule('a', { group: { displayNam: 'Eng' } })] }, ['$.rules[0].group.displayNam']],
    [
      'names no group where it can not be meant so',
      { rules: [rule('a', { group: { dynamic: true } })] },
      ['$.rules[0].group.dynamic', '$.rules[0].group'],
    ],
    [
      'may be a name beside a comment',
      { rules: [rule('a', { group: { ID: groupId('a'), displayName: groupId('b') } })] },
      ['$.rules[0].group.ID'],
    ],
    [
      'may have the parts that a rule takes',
      { rules: [rule('a', { group: { namePattern: 'App{Env}' }, where: { Env: 'x' }, ...scoped })] },
      ['$.rules[0].group.namePattern'],
    ],
    [
      'may have the parts, of a group that is none',
      { rules: [rule('a', { group: 'App{Env}', where: { Env: 'x' }, ...scoped })] },
      ['$.rules[0].group'],
    ],
    ['may give something', { rules: [rule('a', { grants: { role: ['user'] } })] }, ['$.rules[0].grants.role']],
    [
      'may give something to guests',
      { rules: [rule('a', { grants: {}, guests: { grant: { teams: ['red'] } } })] },
      ['$.rules[0].guests.grants', '$.rules[0].guests.grant'],
    ],
    [
      'may give something by another name',
      { rules: [rule('a', { grants: {}, guest: { grants: { teams: ['red'] } } })] },
      ['$.rules[0].guest'],
    ],
    [
      'may give something where it is misspelt',
      { rules: [rule('a', { grants: undefined, grant: { roles: ['user'] } })] },
      ['$.rules[0].grants', '$.rules[0].grant'],
    ],
    [
      'hides nothing of its neighbours',
      { rules: [rule('a', { grants: { roles: ['a b', 'x'], teams: 'red' }, scopes: ['{', 5] })] },
      [
        '$.rules[0].grants.roles[0]',
        '$.rules[0].grants.teams',
        '$.rules[0].scopes[1]',
        '$.rules[0].grants.roles[1]',
        '$.rules[0].scopes[0]',
      ],
    ],
    [
      'hides nothing of other rules',
      { rules: [5, rule('a', { grants: { teams: ['x'] } })] },
      ['$.rules[0]', '$.rules[1].grants.teams[0]'],
    ],
    [
      'is no group twice',
      { groups: [{ id: 'x', enabled: false }, { id: 5, enabled: false }, 'y'] },
      ['$.groups[0].id', '$.groups[1].id', '$.groups[2]'],
    ],
    [
      'is no tie in a conflict',
      {
        roles: [
          { id: 'user', precedence: 1 },
          { id: 'b', precedence: 'x' },
        ],
        conflicts: [{ id: 'c', roles: ['user', 'b', 'a b'], action: 'withhold' }, 5],
      },
      ['$.roles[1].precedence', '$.conflicts[0].roles[2]', '$.conflicts[1]'],
    ],
    [
      'may be another action',
      {
        roles: [
          { id: 'user', precedence: 1 },
          { id: 'b', precedence: 1 },
        ],
        conflicts: [{ id: 'c', roles: ['user', 'b'], action: 'forbid' }],
      },
      ['$.conflicts[0].action'],
    ],
  ])('%s', (_case, properties, paths) => {
    const input: unknown = JSON.parse(JSON.stringify({ ...soundDocument(), ...properties }));
    expect(faultsOf(input).map((fault) => fault.replace(/ .*/, ''))).toEqual(paths);
  });
});
