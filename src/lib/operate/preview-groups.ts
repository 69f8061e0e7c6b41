import { type ActiveRules, appliedPins, type MappedGroup, mappedGroups } from '../model/active-rules.ts';
import { type ShownGroup, showGroup } from '../model/group-description.ts';
import type { ListedMembership, UnreadGroup } from '../plan/unread-groups.ts';
import { compareMembers, listedMembers, type MemberDifference } from './compare-members.ts';
import type { Needs } from './needs.ts';
import { type ListedUsers, listInto } from './read-unread.ts';

/** What a proposed document says of one group, beside what is recorded of it. */
export interface GroupPreview {
  readonly groupId: string;
  readonly displayName: string;
  /** `unknown`: it does not answer, or hides its membership from us; it gives what is recorded of it, and is not listed. */
  readonly state: 'present' | 'unknown';
  readonly info?: ShownGroup;
  readonly ruleIds: readonly string[];
  /** Values of the named parts, where a pattern matched it. */
  readonly parts?: Readonly<Record<string, string>>;
  /** What activation has to read of it first; absent: everything is recorded. */
  readonly unread?: UnreadGroup['unread'];
  /** In the directory, recorded, to add, to remove; only of a fresh preview. */
  readonly members?: Pick<MemberDifference, 'inDirectory' | 'recorded' | 'missing' | 'unauthorized'>;
}

export interface GroupsPreview {
  readonly groups: readonly GroupPreview[];
  readonly listed: Map<string, ListedMembership>;
}

type GroupPorts = Needs<{ directory: 'readGroups' | 'listMembers'; derived: 'members' }>;

/**
 * Every group that the proposed rules map, in order of id. `fresh` lists the members of each, and keeps those of unread groups:
 * nobody else's facts depend on them. Throws on a listing that is not complete.
 */
export async function previewGroups(
  ports: GroupPorts,
  proposed: ActiveRules,
  unread: readonly UnreadGroup[],
  fresh: boolean,
): Promise<GroupsPreview> {
  const mapped = [...mappedGroups(proposed).values()].sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  const unreadById = new Map(unread.map((group) => [group.groupId, group]));
  const answers = await ports.directory.readGroups(
    mapped.map(({ groupId }) => groupId),
    'normal',
  );
  const applied = Map.groupBy(appliedPins(proposed), ({ pin }) => pin.groupId);
  const listed: ListedUsers = new Map();
  const groups: GroupPreview[] = [];
  for (const group of mapped) {
    const isUnread = unreadById.get(group.groupId);
    const { info, evidence: state = 'unknown' } = answers.get(group.groupId) ?? {};
    const isListed = fresh && state === 'present';
    const pins = applied.get(group.groupId)?.map(({ pin }) => pin) ?? [];
    const parts = pins.find((pin) => pin.parts !== undefined)?.parts;
    groups.push({
      groupId: group.groupId,
      displayName: info?.displayName ?? group.displayName,
      state,
      ...(info === undefined ? {} : { info: showGroup(info) }),
      ruleIds: pins.map((pin) => pin.ruleId),
      ...(parts === undefined ? {} : { parts }),
      ...(isUnread === undefined ? {} : { unread: isUnread.unread }),
      ...(isListed ? { members: await countMembers(ports, group, isUnread === undefined ? undefined : listed) } : {}),
    });
  }
  return { groups, listed };
}

/** Lists a group once, keeps its members where they are needed, and counts them against the recorded facts. */
async function countMembers(
  ports: GroupPorts,
  group: MappedGroup,
  keep: ListedUsers | undefined,
): Promise<NonNullable<GroupPreview['members']>> {
  const members = await (keep === undefined ? listedMembers(ports, group.groupId) : listInto(keep, ports, group));
  const { inDirectory, recorded, missing, unauthorized } = await compareMembers(ports, group, members);
  return { inDirectory, recorded, missing, unauthorized };
}
