import { inParallel } from '../in-parallel.ts';
import type { MappedGroup } from '../model/active-rules.ts';
import type { ListedMembership, UnreadGroup } from '../plan/unread-groups.ts';
import { listedMembers } from './compare-members.ts';
import type { Needs } from './needs.ts';

/** Groups listed at once: whoever publishes waits for it, and Azure ends a call after 230 seconds. */
const listings = 4;

/** Users of unread groups, by user id. */
export type ListedUsers = Map<string, { readonly member: Set<string>; readonly direct: Set<string> }>;

/**
 * Who is in the groups that a document needs to have read, as activating it will find them. A group that does not answer or hides
 * its membership from us is left out: it gives what is recorded of it. Throws on a listing that is not complete.
 */
export async function readUnread(
  ports: Needs<{ directory: 'readGroups' | 'listMembers' }>,
  unread: readonly UnreadGroup[],
): Promise<ReadonlyMap<string, ListedMembership>> {
  const listed: ListedUsers = new Map();
  if (unread.length === 0) return listed;
  const answers = await ports.directory.readGroups(
    unread.map(({ groupId }) => groupId),
    'normal',
  );
  const present = unread.filter(({ groupId }) => answers.get(groupId)?.evidence === 'present');
  await inParallel(present, listings, async (group) => {
    await listInto(listed, ports, group);
  });
  return listed;
}

/** Lists one group, nested members included, and keeps who is in it, and who directly where a rule asks for that. */
export async function listInto(
  listed: ListedUsers,
  ports: Needs<{ directory: 'listMembers' }>,
  { groupId, directSince }: MappedGroup,
): Promise<ReadonlySet<string>> {
  const members = await listedMembers(ports, groupId);
  for (const userId of members) entryOf(listed, userId).member.add(groupId);
  const direct = directSince === undefined ? [] : await listedMembers(ports, groupId, { transitive: false });
  for (const userId of direct) entryOf(listed, userId).direct.add(groupId);
  return members;
}

function entryOf(users: ListedUsers, userId: string): { readonly member: Set<string>; readonly direct: Set<string> } {
  const known = users.get(userId) ?? { member: new Set(), direct: new Set() };
  users.set(userId, known);
  return known;
}
