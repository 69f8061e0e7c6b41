import { type ActiveRules, appliedPins, mappedGroups } from '../model/active-rules.ts';
import { type GroupDescription, describeGroup } from '../model/group-description.ts';
import type { WaitingGroup } from '../model/waiting-group.ts';
import type { WatchedGroup } from '../model/watched-group.ts';
import { hiddenGroups, type HiddenPorts } from './hidden-groups.ts';
import type { Needs } from './needs.ts';

/** A mapped group as a list shows it. */
export interface ListedGroup extends Partial<GroupDescription> {
  readonly groupId: string;
  /** The name it had when it was last asked, which may be newer than the one it was mapped under. */
  readonly displayName: string;
  /** `hidden`: it answers, and its members are hidden from us for want of a permission; what is recorded of it stays. */
  readonly state: WatchedGroup['state'] | 'hidden' | 'unknown';
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

/**
 * Every mapped group by id, and those that wait for a person. Undefined while no rules are in force. Graph is asked for nothing but
 * whether we may read the members of those that hide them.
 */
export async function listGroups(
  ports: HiddenPorts & Needs<{ rules: 'active'; watched: 'list'; waiting: 'list' }>,
): Promise<GroupList | undefined> {
  const rules = await ports.rules.active();
  if (rules === undefined) return undefined;
  const watched = new Map((await ports.watched.list()).map((group) => [group.groupId, group]));
  const byGroup = Map.groupBy(appliedPins(rules), ({ pin }) => pin.groupId);
  const mapped = [...mappedGroups(rules).values()];
  const hidden = await hiddenGroups(
    ports,
    mapped.map(({ groupId }) => watched.get(groupId)),
  );
  const groups = mapped
    .sort((a, b) => (a.groupId < b.groupId ? -1 : 1))
    .map(({ groupId, displayName, mappedSince }): ListedGroup => {
      const known = watched.get(groupId);
      const pins = (byGroup.get(groupId) ?? []).map(({ pin }) => pin);
      return {
        groupId,
        displayName: known?.displayName ?? displayName,
        ...(known?.info === undefined ? {} : describeGroup(known.info)),
        state: hidden.has(groupId) ? 'hidden' : (known?.state ?? 'unknown'),
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
