import type { Pin } from '../../../src/lib/model/active-rules.ts';
import { pinRules } from '../../../src/lib/rules/pin.ts';
import { activeRules, directoryWith, documentOf, groupId, groupInfo, rule } from './sample-document.ts';

const [a, b, c] = [groupId('a'), groupId('b'), groupId('c')];
const directory = directoryWith(groupInfo(a, 'Alpha'), groupInfo(b, 'Beta'));
const before = '2026-01-01T00:00:00.000Z';
const now = new Date('2026-02-01T00:00:00.000Z');
const today = now.toISOString();
const tenantId = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';

type Rules = readonly Record<string, unknown>[];

function pin(ruleId: string, id: string, displayName: string, since = today, directSince?: string): Pin {
  const direct = directSince === undefined ? {} : { directSince };
  return { ruleId, groupId: id, displayName, mappedSince: since, ...direct };
}

function previously(rules: Rules, ...pins: readonly Pin[]) {
  return activeRules(documentOf(rules), pins);
}

async function pinsOf(rules: Rules, previous?: ReturnType<typeof previously>, lookup = directory) {
  const pinned = await pinRules(documentOf(rules), previous, lookup, { tenantId, now });
  return pinned.ok ? pinned.value.pins : pinned.faults;
}

const byName = { group: { displayName: 'Alpha' } };
const direct = { membership: 'direct' };

describe('pinRules', () => {
  it('binds by object id, whatever its capitals, and shows the present name', async () => {
    const rules = [rule('r', { group: { id: a.toUpperCase(), displayName: 'old comment' } })];
    expect(await pinsOf(rules)).toEqual([pin('r', a, 'Alpha')]);
  });

  it('binds an exact name to the only group that has it (A3)', async () => {
    expect(await pinsOf([rule('r', byName)])).toEqual([pin('r', a, 'Alpha')]);
  });

  it('asks for a name once, whatever many rules have it, and not for one that is bound already', async () => {
    const asked: string[] = [];
    const counting = {
      ...directory,
      findGroupsByName: async (name: string) => {
        asked.push(name);
        return directory.findGroupsByName(name);
      },
    };
    const rules = [rule('r', byName), rule('s', byName), rule('t', { group: { displayName: 'Beta' } })];
    expect(await pinsOf(rules, undefined, counting)).toHaveLength(3);
    expect(asked.sort()).toEqual(['Alpha', 'Beta']);
    await pinsOf(rules, previously([rule('r', byName)], pin('r', a, 'Alpha', before)), counting);
    expect(asked.slice(2)).toEqual(['Beta']);
  });

  it('refuses a name that no group has, capitals counting', async () => {
    expect(await pinsOf([rule('r', { group: { displayName: 'alpha' } })])).toEqual([
      expect.objectContaining({
        path: '$.rules[0].group.displayName',
        fault: `no group of tenant ${tenantId} is named 'alpha'`,
      }),
    ]);
  });

  it('refuses a name that several groups have, and lists them with id, kind and members (A3, R4)', async () => {
    const twins = directoryWith(
      groupInfo(a, 'Alpha'),
      groupInfo(b, 'Alpha', { kind: 'microsoft365', hiddenMembership: true }),
    );
    expect(await pinsOf([rule('r', byName)], undefined, twins)).toEqual([
      {
        path: '$.rules[0].group.displayName',
        fault: `2 groups of tenant ${tenantId} are named 'Alpha'`,
        remedy:
          `give one of their object ids as id: ${a} (security group, 3 members, managed in Entra admin center); ` +
          `${b} (Microsoft 365 group, hidden membership, members unknown, managed in Microsoft 365 or Entra admin center)`,
      },
    ]);
  });

  it('refuses an id to which no group answers, but keeps one that was mapped before (A23)', async () => {
    const rules = [rule('r', { group: { id: c } })];
    expect(await pinsOf(rules)).toEqual([expect.objectContaining({ path: '$.rules[0].group.id' })]);
    const kept = pin('r', c, 'Gamma', before);
    expect(await pinsOf(rules, previously(rules, kept))).toEqual([kept]);
  });

  it('reports every rule that cannot be bound', async () => {
    const rules = [rule('x', { group: { displayName: 'none' } }), rule('y', { group: { id: c } }), rule('z')];
    expect(await pinsOf(rules)).toEqual([
      expect.objectContaining({ path: '$.rules[0].group.displayName' }),
      expect.objectContaining({ path: '$.rules[1].group.id' }),
    ]);
  });

  it('keeps a name bound to its group after a rename, and gives nothing to a new group of that name', async () => {
    const takeover = directoryWith(groupInfo(a, 'Alpha (renamed)'), groupInfo(c, 'Alpha'));
    const previous = previously([rule('r', byName)], pin('r', a, 'Alpha', before));
    const rules = [rule('r', byName), rule('r2', byName)];
    expect(await pinsOf(rules, previous, takeover)).toEqual([
      pin('r', a, 'Alpha (renamed)', before),
      pin('r2', a, 'Alpha (renamed)', before),
    ]);
  });

  it.each<[string, Rules, Rules, readonly Pin[]]>([
    ['an unbroken mapping keeps its time', [rule('r')], [rule('r')], [pin('r', a, 'Alpha', before)]],
    ['also under another rule', [rule('r')], [rule('s')], [pin('s', a, 'Alpha', before)]],
    [
      'and under a second rule',
      [rule('r')],
      [rule('r'), rule('s')],
      ['r', 's'].map((id) => pin(id, a, 'Alpha', before)),
    ],
    ['a new mapping begins now', [rule('r')], [rule('r', { group: { id: b } })], [pin('r', b, 'Beta')]],
    ['one that was switched off begins anew', [rule('r', { enabled: false })], [rule('r')], [pin('r', a, 'Alpha')]],
    [
      'directness begins with the first direct rule',
      [rule('r')],
      [rule('r', direct)],
      [pin('r', a, 'Alpha', before, today)],
    ],
    [
      'directness is kept while unbroken',
      [rule('r', direct)],
      [rule('r', direct)],
      [pin('r', a, 'Alpha', before, before)],
    ],
    [
      'it is on every pin of the group',
      [rule('r')],
      [rule('r'), rule('s', direct)],
      ['r', 's'].map((id) => pin(id, a, 'Alpha', before, today)),
    ],
    [
      'a disabled direct rule gives none',
      [rule('r')],
      [rule('r'), rule('s', { ...direct, enabled: false })],
      ['r', 's'].map((id) => pin(id, a, 'Alpha', before)),
    ],
    [
      'directness that was dropped begins anew',
      [rule('r'), rule('s', { ...direct, enabled: false })],
      [rule('r', direct)],
      [pin('r', a, 'Alpha', before, today)],
    ],
  ])('%s', async (_case, rulesBefore, rules, expected) => {
    const wasDirect = rulesBefore.some((each) => each['membership'] === 'direct' && each['enabled'] !== false);
    const pins = rulesBefore.map(({ id }) => pin(String(id), a, 'Alpha', before, wasDirect ? before : undefined));
    expect(await pinsOf(rules, previously(rulesBefore, ...pins))).toEqual(expected);
  });
});
