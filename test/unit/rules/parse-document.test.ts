import { parseDocument } from '../../../src/lib/rules/parse-document.ts';
import { rule, soundDocument } from './sample-document.ts';

function faultsOf(input: unknown): readonly string[] {
  const parsed = parseDocument(input);
  return parsed.ok ? [] : parsed.faults.map(({ path, fault, remedy }) => `${path} | ${fault} | ${remedy}`);
}

describe('parseDocument', () => {
  it('takes text as well as a value, and fills in the defaults', () => {
    const [fromText, fromValue] = [parseDocument(JSON.stringify(soundDocument())), parseDocument(soundDocument())];
    expect(fromText).toEqual(fromValue);
    expect(fromValue).toMatchObject({
      ok: true,
      value: { roleResolution: 'union', defaultRole: null, disabledAccounts: 'suspend', guests: 'exclude' },
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['text that is not JSON', '{ "roles": ', /^\$ \| not JSON: .* \| write one JSON object$/],
    ['null', null, /^\$ \| expected object, received null \| give an object$/],
    ['a missing list', { ...soundDocument(), rules: undefined }, /^\$\.rules \| missing \| add an array$/],
    ['a misspelt property', { ...soundDocument(), role: [] }, /^\$\.role \| not a property .*schema\.json/],
    [
      'a group id that is none',
      withRule({ group: { id: 'eng' } }),
      /^\$\.rules\[0\]\.group\.id \| not an object id \|/,
    ],
    ['an id with a blank', withRule({ id: 'a b' }), /^\$\.rules\[0\]\.id \| not an id \| use letters/],
    [
      'an unknown membership',
      withRule({ membership: 'nested' }),
      /\.membership \| .* \| use one of transitive, direct$/,
    ],
    ['unknown guests', withRule({ guests: 'maybe' }), /\.guests \| .* \| use include, exclude or \{ "grants": … \}$/],
    [
      'faulty grants for guests',
      withRule({ guests: { grants: { role: [] } } }),
      /^\$\.rules\[0\]\.guests\.grants\.role \|/,
    ],
    ['a fractional precedence', { ...soundDocument(), roles: [{ id: 'x', precedence: 1.5 }] }, /give a whole number$/],
    [
      'a precedence of 0',
      { ...soundDocument(), roles: [{ id: 'x', precedence: 0 }] },
      /precedence \| .* \| at least 1$/,
    ],
    [
      'a share over 100',
      { ...soundDocument(), holds: { lossPercent: 101 } },
      /^\$\.holds\.lossPercent \| .* at most 100$/,
    ],
    ['text of several lines that is not JSON', 'not\njson', /^\$ \| not JSON: [^\n]+ \| write one JSON object$/],
    [
      'other grants for all guests',
      { ...soundDocument(), guests: { grants: { roles: ['user'] } } },
      /^\$\.guests \| .* \| use one of include, exclude$/,
    ],
    [
      'a currency in words',
      { ...soundDocument(), businessFunctions: [{ id: 'x', budget: { amount: 1, currency: 'euro', per: 'month' } }] },
      /^\$\.businessFunctions\[0\]\.budget\.currency \| not a currency \| use its code of three capitals, for example EUR$/,
    ],
    [
      'a part that no name can have',
      withRule({ where: { Env: 'Dev_1' } }),
      /^\$\.rules\[0\]\.where\.Env \| not a value of a named part \| use letters, digits and -$/,
    ],
    [
      'a name that no part can have',
      withRule({ where: { 'Env 1': 'Dev' } }),
      /^\$\.rules\[0\]\.where\["Env 1"\] \| not the name of a part \| use the name that stands in braces in displayNamePattern$/,
    ],
    [
      'a grant with a blank',
      withRule({ grants: { roles: ['a b'] } }),
      /^\$\.rules\[0\]\.grants\.roles\[0\] \| not an id \| use letters, .*, and named parts of the displayNamePattern in braces/,
    ],
  ])('finds %s', (_case, input, fault) => {
    expect(faultsOf(input)).toEqual([expect.stringMatching(fault)]);
  });

  it('finds every fault at once', () => {
    const input = { roles: [{ id: '-', precedence: 0 }], rules: [rule('a', { group: { id: 'x' }, colour: 1 })] };
    expect(faultsOf(input).map((fault) => fault.replace(/ .*/, ''))).toEqual([
      '$.roles[0].id',
      '$.roles[0].precedence',
      '$.rules[0].group.id',
      '$.rules[0].colour',
    ]);
  });
});

function withRule(properties: Record<string, unknown>): object {
  return { ...soundDocument(), rules: [rule('base', properties)] };
}
