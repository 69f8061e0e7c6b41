import { appliedPins, mappedGroups } from '../model/active-rules.ts';
import { type GroupDescription, describeGroup } from '../model/group-description.ts';
import type { WatchedGroup } from '../model/watched-group.ts';
import { hiddenGroups, type HiddenPorts } from './hidden-groups.ts';
import type { Needs } from './needs.ts';

/** What is recorded of a mapped group. */
export interface GroupStatus extends Partial<GroupDescription> {
  readonly groupId: string;
  /** The name it had when it was last asked, which may be newer than the one it was mapped under. */
  readonly displayName: string;
  readonly mappedSince: string;
  readonly ruleIds: readonly string[];
  /** What the group said when it was last asked. `hidden`: it hides its members from us for want of a permission. */
  readonly state: WatchedGroup['state'] | 'hidden' | 'unknown';
  /** Users recorded as members. */
  readonly recorded: number;
  /** Of them those whose loss waits for a person. */
  readonly pending: number;
}

/** Status of a mapped group; undefined when no enabled rule maps it. */
export async function readGroup(
  ports: HiddenPorts & Needs<{ rules: 'active'; watched: 'find'; derived: 'members' }>,
  groupId: string,
): Promise<GroupStatus | undefined> {
  const rules = await ports.rules.active();
  const group = rules && mappedGroups(rules).get(groupId);
  if (rules === undefined || group === undefined) return undefined;
  let recorded = 0;
  let pending = 0;
  for await (const { fact } of ports.derived.members(groupId)) {
    if (!fact.member.in || fact.member.since < group.mappedSince) continue;
    recorded += 1;
    if (fact.member.pendingSince !== undefined) pending += 1;
  }
  const known = await ports.watched.find(groupId);
  const isHidden = (await hiddenGroups(ports, [known])).has(groupId);
  return {
    groupId,
    displayName: known?.displayName ?? group.displayName,
    ...(known?.info === undefined ? {} : describeGroup(known.info)),
    mappedSince: group.mappedSince,
    ruleIds: appliedPins(rules).flatMap(({ rule, pin }) => (pin.groupId === groupId ? [rule.id] : [])),
    state: isHidden ? 'hidden' : (known?.state ?? 'unknown'),
    recorded,
    pending,
  };
}
