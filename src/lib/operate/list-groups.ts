import { type ActiveRules, appliedPins, mappedGroups } from '../model/active-rules.ts';
import { type GroupDescription, describeGroup } from '../model/group-description.ts';
import type { WaitingGroup } from '../model/waiting-group.ts';
import type { WatchedGroup } from '../model/watched-group.ts';
import type { Needs } from './needs.ts';

/** A mapped group as a list shows it. */
export interface ListedGroup extends Partial<GroupDescription> {
  readonly groupId: string;
  /** The name it had when it was last asked, which may be newer than the one it was mapped under. */
  readonly displayName: string;
  readonly state: WatchedGroup['state'] | 'unknown';
  /** The rules that map it, with the values of their named parts. */
  readonly rules: readonly { readonly ruleId: string; readonly parts?: Readonly<Record<string, string>> }[];
  readonly mappedSince: string;
}

/** A group that matches a rule and is not mapped. */
export interface ListedWaitingGroup extends GroupDescription {
  readonly ruleId: string;
  readonly groupId: string;
  readonly displayName: string;
  readonly parts?: Readonly<Record<string, string>>;
  readonly since: string;
  /** How to let it in, if it is meant. */
  readonly remedy: string;
}

export interface GroupList {
  readonly groups: readonly ListedGroup[];
  readonly waiting: readonly ListedWaitingGroup[];
}

/** Every mapped group by id, and those that wait for a person. Undefined while no rules are in force. Graph is not asked. */
export async function listGroups(
  ports: Needs<{ rules: 'active'; watched: 'list'; waiting: 'list' }>,
): Promise<GroupList | undefined> {
  const rules = await ports.rules.active();
  if (rules === undefined) return undefined;
  const watched = new Map((await ports.watched.list()).map((group) => [group.groupId, group]));
  const byGroup = Map.groupBy(appliedPins(rules), ({ pin }) => pin.groupId);
  const groups = [...mappedGroups(rules).values()]
    .sort((a, b) => (a.groupId < b.groupId ? -1 : 1))
    .map(({ groupId, displayName, mappedSince }): ListedGroup => {
      const known = watched.get(groupId);
      const pins = (byGroup.get(groupId) ?? []).map(({ pin }) => pin);
      return {
        groupId,
        displayName: known?.displayName ?? displayName,
        ...(known?.info === undefined ? {} : describeGroup(known.info)),
        state: known?.state ?? 'unknown',
        rules: pins.map(({ ruleId, parts }) => ({ ruleId, ...(parts === undefined ? {} : { parts }) })),
        mappedSince,
      };
    });
  return { groups, waiting: stillWaiting(rules, await ports.waiting.list()) };
}

/** What waits was found by the last full sync; the rules may be newer. */
function stillWaiting(
  { document, pins }: ActiveRules,
  waiting: readonly WaitingGroup[],
): readonly ListedWaitingGroup[] {
  const rules = new Map(document.rules.map((rule) => [rule.id, rule]));
  return waiting.flatMap(({ info, ...group }): readonly ListedWaitingGroup[] => {
    const rule = rules.get(group.ruleId);
    const isPinned = pins.some(({ ruleId, groupId }) => ruleId === group.ruleId && groupId === group.groupId);
    if (rule === undefined || isPinned) return [];
    const remedy =
      rule.group.displayNamePattern === undefined
        ? 'the rule stays with the group that had the name first; name this one by its object id if it is meant'
        : 'publish the rules document with its id in admit to map it, or narrow the pattern with where';
    return [{ ...group, displayName: info.displayName, ...describeGroup(info), remedy }];
  });
}
