import fc from 'fast-check';
import { groupId, rule } from './sample-document.ts';
import { faultsOf } from './faults-of.ts';

const many = (count: number): readonly number[] => Array.from({ length: count }, (_unused, index) => index);

/** A sound document with a part for each of the faults below; every definition is granted. */
function richDocument() {
  const roles = many(6).map((index) => ({ id: `role${index}`, precedence: index + 1 }));
  const [businessFunctions, teams, permissions] = ['function', 'team', 'permission'].map((kind) =>
    many(3).map((index) => ({ id: `${kind}${index}` })),
  );
  const grants = { roles, businessFunctions, teams, permissions };
  const ids = Object.entries(grants).map(([list, items = []]) => [list, items.map(({ id }) => id)]);
  return {
    ...grants,
    rules: many(12).map((index) => rule(`rule${index}`, { grants: Object.fromEntries(ids) })),
    groups: many(3).map((index) => ({ id: groupId(`${index}`), enabled: false })),
    conflicts: many(4).map((index) => ({ id: `conflict${index}`, roles: ['role4', 'role5'] })),
    roleResolution: 'strongest',
    defaultRole: 'role0',
  };
}

/** What stands in the document instead, by where it stands, and the places that are told. Ids can still be read. */
const broken: readonly (readonly [at: string, instead: unknown, told: readonly string[]])[] = [
  ['colour', 'red', ['$.colour']],
  ['guests', 'maybe', ['$.guests']],
  ['holds', { lossPercent: 101, lossMinimum: -1 }, ['$.holds.lossPercent', '$.holds.lossMinimum']],
  ['defaultRole', 'nobody', ['$.defaultRole']],
  ['roles.1.precedence', 0, ['$.roles[1].precedence']],
  ['roles.2.colour', 'red', ['$.roles[2].colour']],
  ['roles.3.precedence', 1, ['$.roles[3].precedence']],
  ['businessFunctions.0.budget', 5, ['$.businessFunctions[0].budget']],
  ['businessFunctions.1.id', 'function 1', ['$.businessFunctions[1].id', ...granted('businessFunctions', 1)]],
  ['teams.0.displayName', '', ['$.teams[0].displayName']],
  ['teams.2', { id: 'team1', colour: 'red' }, ['$.teams[2].colour', '$.teams[2].id', ...granted('teams', 2)]],
  ['rules.0.group', {}, ['$.rules[0].group']],
  ['rules.1.group.id', 'eng', ['$.rules[1].group.id']],
  ['rules.2.group', { displayName: groupId('a'), pin: 'no' }, ['$.rules[2].group.pin', '$.rules[2].group.displayName']],
  ['rules.3.group', { displayNamePattern: 'App{Env}', id: 5 }, ['$.rules[3].group.id']],
  ['rules.4.group', { displayNamePattern: '{Any}' }, ['$.rules[4].group.displayNamePattern']],
  ['rules.5.scopes', ['{Env}', 'a b'], ['$.rules[5].scopes[1]', '$.rules[5].scopes[0]']],
  ['rules.6.where', { Env: 'Dev' }, ['$.rules[6].where']],
  [
    'rules.7.guests',
    { grants: { roles: ['x', 5] } },
    ['$.rules[7].guests.grants.roles[1]', '$.rules[7].guests.grants.roles[0]'],
  ],
  ['rules.8.id', 'rule9', ['$.rules[9].id']],
  ['rules.10.membership', 'nested', ['$.rules[10].membership']],
  ['rules.11.enabled', 'no', ['$.rules[11].enabled']],
  ['groups.1.enabled', undefined, ['$.groups[1].enabled']],
  ['groups.2.id', groupId('0').toUpperCase(), ['$.groups[2].id']],
  ['conflicts.0.roles', ['role5', 'role5'], ['$.conflicts[0].roles[1]']],
  ['conflicts.1.roles', ['role5'], ['$.conflicts[1].roles']],
  ['conflicts.2.scope', 'some', ['$.conflicts[2].scope']],
  ['conflicts.3.id', 'conflict0', ['$.conflicts[3].id']],
];

/** Where the document grants the one with this number. */
function granted(list: string, index: number): readonly string[] {
  return many(12).map((place) => `$.rules[${place}].grants.${list}[${index}]`);
}

function withBroken(those: typeof broken): unknown {
  const document: unknown = richDocument();
  for (const [at, instead] of those) {
    const names = at.split('.');
    const last = names.pop() ?? '';
    const parent = names.reduce((value, name) => Reflect.get(Object(value), name) as unknown, document);
    Reflect.set(Object(parent), last, instead);
  }
  return JSON.parse(JSON.stringify(document));
}

const pathsOf = (input: unknown): readonly string[] => faultsOf(input).map((fault) => fault.replace(/ .*/, ''));

describe('faults of a document', () => {
  it('are none where nothing is broken', () => {
    expect(faultsOf(withBroken([]))).toEqual([]);
  });

  it.each(broken)('are exactly those of %s', (...one) => {
    expect(pathsOf(withBroken([one]))).toEqual(one[2]);
  });

  it('are those of each part that is broken, whatever else is', () => {
    const alone = new Map(broken.map((one) => [one, faultsOf(withBroken([one]))]));
    fc.assert(
      fc.property(fc.subarray([...broken]), (those) => {
        const told = those.flatMap((one) => alone.get(one) ?? []);
        expect(faultsOf(withBroken(those)).toSorted()).toEqual(told.toSorted());
      }),
    );
  });

  it('are no more for parts whose ids can not be read', () => {
    const unreadable = ['roles.1', 'businessFunctions', 'teams', 'conflicts.1.id', 'rules.3', 'rules.4.group'].map(
      (at): (typeof broken)[number] => [at, 5, []],
    );
    const alone = new Map([...broken, ...unreadable].map((one) => [one, pathsOf(withBroken([one]))]));
    fc.assert(
      fc.property(fc.subarray([...broken]), fc.subarray(unreadable, { minLength: 1 }), (those, others) => {
        const told = [...those, ...others].flatMap((one) => alone.get(one) ?? []);
        const paths = pathsOf(withBroken([...those, ...others]));
        expect(paths).toEqual([...new Set(paths)]);
        expect(paths.filter((path) => !told.includes(path))).toEqual([]);
      }),
    );
  });
});
