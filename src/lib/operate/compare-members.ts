import type { MappedGroup } from '../model/active-rules.ts';
import type { Needs } from './needs.ts';

/** Most ids of each kind in an answer; the counts are complete. */
const maxListed = 1000;

/** A group in the directory and in the records. */
export interface MemberDifference {
  readonly groupId: string;
  readonly displayName: string;
  readonly inDirectory: number;
  readonly recorded: number;
  readonly missing: number;
  readonly unauthorized: number;
  /** In the directory and not recorded, by id; at most 1,000. */
  readonly missingUserIds: readonly string[];
  /** Recorded and not in the directory, by id; at most 1,000. Each needs evidence before it is revoked. */
  readonly unauthorizedUserIds: readonly string[];
}

/** Compares the members of a mapped group, nested ones included, with the recorded facts. Throws on an incomplete listing. */
export async function compareMembers(
  ports: Needs<{ directory: 'listMembers'; derived: 'members' }>,
  group: MappedGroup,
  given?: ReadonlySet<string>,
): Promise<MemberDifference> {
  const listed = given ?? (await listedMembers(ports, group.groupId));
  const recorded = new Set<string>();
  for await (const { userId, fact } of ports.derived.members(group.groupId)) {
    if (fact.member.in && fact.member.since >= group.mappedSince) recorded.add(userId);
  }
  const missing = [...listed].filter((userId) => !recorded.has(userId)).sort();
  const unauthorized = [...recorded].filter((userId) => !listed.has(userId)).sort();
  return {
    groupId: group.groupId,
    displayName: group.displayName,
    inDirectory: listed.size,
    recorded: recorded.size,
    missing: missing.length,
    unauthorized: unauthorized.length,
    missingUserIds: missing.slice(0, maxListed),
    unauthorizedUserIds: unauthorized.slice(0, maxListed),
  };
}

/** Ids of all users in a group, nested ones included unless it says otherwise. */
export async function listedMembers(
  ports: Needs<{ directory: 'listMembers' }>,
  groupId: string,
  { transitive = true }: { readonly transitive?: boolean } = {},
): Promise<ReadonlySet<string>> {
  const listed = new Set<string>();
  for await (const page of ports.directory.listMembers(groupId, { transitive, priority: 'normal' })) {
    for (const member of page) if (member.type === 'user') listed.add(member.id);
  }
  return listed;
}
