import { discoverGroups } from '../../../src/lib/detect/discover-groups.ts';
import { UnavailableError } from '../../../src/lib/errors.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { Pin } from '../../../src/lib/model/active-rules.ts';
import type { GroupInfo } from '../../../src/lib/model/directory.ts';
import type { WaitingGroup } from '../../../src/lib/model/waiting-group.ts';
import { at } from '../../builders/times.ts';
import { activeRules, documentOf, groupId, groupInfo, rule } from '../rules/sample-document.ts';

const [a, b, c] = [groupId('a'), groupId('b'), groupId('c')];

type Rules = readonly Record<string, unknown>[];

/** A tenant with these groups, one to a page; `kept` is what waits there. */
function tenant(groups: readonly GroupInfo[], kept: readonly WaitingGroup[] = []) {
  const stored = { waiting: kept, listings: 0 };
  const lines: string[] = [];
  const ports = {
    clock: { now: () => new Date(at(5)) },
    log: createLog((level, line) => lines.push(`${level} ${line}`)),
    directory: {
      listGroups: async function* () {
        stored.listings += 1;
        for (const group of groups) yield [group];
      },
    },
    waiting: {
      replace: async (waiting: readonly WaitingGroup[]) => {
        const known = new Set(stored.waiting.map((each) => each.groupId));
        stored.waiting = waiting;
        return waiting.filter((each) => !known.has(each.groupId));
      },
    },
  };
  return { ports, stored, lines };
}

function rulesOf(rules: Rules, ...pins: readonly (readonly [ruleId: string, groupId: string])[]) {
  const bound = pins.map(([ruleId, id]): Pin => ({
    ruleId,
    groupId: id,
    displayName: 'then',
    mappedSince: at(0),
    parts: {},
  }));
  return activeRules(documentOf(rules), bound);
}

const byPattern = { group: { displayNamePattern: 'Profisee{Env}_{Role}' }, where: { Env: 'Dev' } };
const byName = { group: { displayName: 'Alpha' } };

describe('discoverGroups', () => {
  it.each<[string, Rules, readonly (readonly [string, string])[], readonly GroupInfo[], readonly unknown[]]>([
    [
      'keeps a group that matches a pattern and is not pinned, with its parts',
      [rule('r', byPattern)],
      [['r', a]],
      [groupInfo(a, 'ProfiseeDev_Admins'), groupInfo(b, 'ProfiseeDev_Stewards'), groupInfo(c, 'ProfiseeQA_Admins')],
      [{ ruleId: 'r', groupId: b, parts: { Env: 'Dev', Role: 'Stewards' } }],
    ],
    [
      'keeps a group that took over the name of a pinned one (C13)',
      [rule('r', byName)],
      [['r', a]],
      [groupInfo(a, 'Omega'), groupInfo(b, 'Alpha'), groupInfo(c, 'alpha')],
      [{ ruleId: 'r', groupId: b }],
    ],
    [
      'keeps it for each rule that it matches and that it is not pinned to',
      [rule('r', byPattern), rule('s', { group: { displayName: 'ProfiseeDev_Admins' } })],
      [['s', a]],
      [groupInfo(a, 'ProfiseeDev_Admins')],
      [{ ruleId: 'r', groupId: a, parts: { Env: 'Dev', Role: 'Admins' } }],
    ],
    [
      'asks nothing for a rule that is switched off',
      [rule('r', { ...byName, enabled: false })],
      [],
      [groupInfo(a, 'Alpha')],
      [],
    ],
  ])('%s', async (_case, rules, pins, groups, expected) => {
    const { ports, stored, lines } = tenant(groups);
    await discoverGroups(ports, rulesOf(rules, ...pins));
    expect(stored.waiting.map(({ info, since, ...each }) => each)).toEqual(expected);
    expect(stored.waiting.every(({ since }) => since === at(5))).toBe(true);
    expect(lines).toHaveLength(expected.length);
  });

  it('tells of a group once, without its name', async () => {
    const { ports, lines } = tenant([groupInfo(b, 'ProfiseeDev_Stewards')]);
    const rules = rulesOf([rule('r', byPattern)]);
    await discoverGroups(ports, rules);
    expect(lines).toEqual([expect.stringContaining(b)]);
    expect(lines.join()).not.toContain('Stewards');
    await discoverGroups(ports, rules);
    expect(lines).toHaveLength(1);
  });

  it('reads no groups for rules by id, and forgets what waited for rules that are gone', async () => {
    const { ports, stored } = tenant([groupInfo(b, 'Alpha')]);
    await discoverGroups(ports, rulesOf([rule('r', byName)]));
    expect([stored.listings, stored.waiting.length]).toEqual([1, 1]);
    await discoverGroups(ports, rulesOf([rule('r')]));
    expect([stored.listings, stored.waiting.length]).toEqual([1, 0]);
  });

  it('keeps what it knew when the groups can not be read to the end', async () => {
    const info = groupInfo(b, 'Alpha');
    const { ports, stored } = tenant([info], [{ ruleId: 'r', groupId: b, info, since: at(1) }]);
    const broken = async function* () {
      yield [groupInfo(c, 'Alpha')];
      throw new UnavailableError('Microsoft Graph answered 503.');
    };
    const failing = discoverGroups({ ...ports, directory: { listGroups: broken } }, rulesOf([rule('r', byName)]));
    await expect(failing).rejects.toBeInstanceOf(UnavailableError);
    expect(stored.waiting.map(({ groupId: id }) => id)).toEqual([b]);
  });

  it('keeps a thousand at most, and says how many there are', async () => {
    const groups = Array.from({ length: 1200 }, (_unused, index) => groupInfo(`g${index}`, 'Alpha'));
    const { ports, stored, lines } = tenant(groups);
    await discoverGroups(ports, rulesOf([rule('r', byName)]));
    expect(stored.waiting).toHaveLength(1000);
    expect(lines.at(-1)).toContain('1200');
  });
});
