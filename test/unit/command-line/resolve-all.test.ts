import fc from 'fast-check';
import { groupsToWrite } from '../../../dev/rules/resolve-all-command.ts';
import { withGroups } from '../../../dev/rules/with-groups.ts';
import { documentOf, groupId, rule } from '../rules/sample-document.ts';

const [a, b] = [groupId('a'), groupId('b')];
const preview = (id: string, displayName: string, ...ruleIds: readonly string[]) => ({
  groupId: id,
  displayName,
  ruleIds: [...ruleIds],
  state: 'present' as const,
});

describe('names and ids beside each other (P6)', () => {
  it.each([
    ['an id beside a name', { displayName: 'Alpha' }, [{ id: a, displayName: 'Alpha' }]],
    ['a name beside an id', { id: a }, [{ id: a, displayName: 'Alpha' }]],
    ['the present name', { id: a, displayName: 'Alfa' }, [{ id: a, displayName: 'Alpha' }]],
    ['the group that had the name first', { displayName: 'Alfa' }, [{ id: a, displayName: 'Alpha' }]],
    ['nothing where both are right', { id: a, displayName: 'Alpha' }, []],
    ['nothing for a pattern', { displayNamePattern: 'Alp{Rest}' }, []],
    ['nothing where others may come in', { displayName: 'Alpha', pin: 'protected' }, []],
  ])('writes %s', (_case, group, expected) => {
    const { rules } = documentOf([rule('other', { group: { id: b, displayName: 'Beta' } }), rule('r', { group })]);
    const written = groupsToWrite(rules, [preview(a, 'Alpha', 'r'), preview(b, 'Beta', 'other')]);
    expect(written).toEqual(expected.map((one) => ({ index: 1, ruleId: 'r', group: one })));
  });

  it('writes nothing for a rule that is bound to no group, or to several', () => {
    const { rules } = documentOf([rule('none', { group: { displayName: 'x' } }), rule('two', { group: { id: a } })]);
    expect(groupsToWrite(rules, [preview(a, 'Alpha', 'two'), preview(b, 'Beta', 'two')])).toEqual([]);
  });
});

describe('a document with groups written anew', () => {
  const typed = `{
  "teams": [ { "id": "red" } ],
  "rules": [
    { "id": "p", "group": { "displayNamePattern": "App{Env}_{Role}" }, "grants": { "teams": ["red"] } },
    { "id": "r",
      "group": {
        "displayName": "A \\"quoted\\" {name}"
      },
      "grants": { "teams": ["red"] } }
  ]
}
`;

  it('is otherwise as it was typed', () => {
    expect(withGroups(typed, new Map([[1, { id: a, displayName: 'A "quoted" {name}' }]]))).toBe(
      typed.replace(/\{\s+"displayName": .+\s+\}/, `{ "id": "${a}", "displayName": "A \\"quoted\\" {name}" }`),
    );
    expect(withGroups(typed, new Map())).toBe(typed);
  });

  it('is laid out anew where its text can not be followed', () => {
    const odd = '{"note":{"group":{}},"rules":[{"id":"r","group":{"displayName":"Alpha"}}]}';
    const group = { id: a, displayName: 'Alpha' };
    expect(withGroups(odd, new Map([[0, group]]))).toBe(
      `${JSON.stringify({ note: { group: {} }, rules: [{ id: 'r', group }] }, null, 2)}\n`,
    );
  });

  it('means the same but for these groups, whatever the names', () => {
    const name = fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', 'g', ' ', ':', '$', '&'), maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        name,
        fc.nat(3),
        fc.boolean(),
        (names, other, at, wide) => {
          const rules = names.map((displayName) => ({ id: displayName, group: { displayName } }));
          const written = new Map([[at, { id: a, displayName: other }]]);
          const text = withGroups(JSON.stringify({ rules }, null, wide ? 2 : 0), written);
          const expected = rules.map((one, index) => (index === at ? { ...one, group: written.get(at) } : one));
          expect(JSON.parse(text)).toEqual({ rules: expected });
        },
      ),
    );
  });
});
