import type { MemberType } from './change.ts';
import type { DirectoryGroup, DirectoryUser } from './directory-object.ts';

/**
 * Synchronous reads of one copy of a directory: the primary or a replica. Ids are lower case. "Live" means not in the
 * recycle bin; soft-deleted users keep their memberships but are listed nowhere, as in Entra ID.
 */
export interface DirectoryView {
  /** Number of the last change this copy has seen; 0 before the first. */
  readonly seq: number;
  /** A live user by id or user principal name (in any case). */
  user(idOrPrincipalName: string): DirectoryUser | undefined;
  group(id: string): DirectoryGroup | undefined;
  deletedUser(id: string): DirectoryUser | undefined;
  deletedGroup(id: string): DirectoryGroup | undefined;
  /** True while the object is in the recycle bin. */
  isDeleted(id: string): boolean;
  users(): Iterable<DirectoryUser>;
  groups(): Iterable<DirectoryGroup>;
  deletedUsers(): Iterable<DirectoryUser>;
  deletedGroups(): Iterable<DirectoryGroup>;
  /** Ids of all live users; the array is never changed, so it may be kept as a snapshot. */
  userIds(): readonly string[];
  groupIds(): readonly string[];
  /** What kind of object an id names, live or soft-deleted. */
  memberType(id: string): MemberType | undefined;
  /** Live direct members, users and groups; empty for an unknown group. Never changed afterwards. */
  directMembers(groupId: string): readonly string[];
  /** Whether the membership is stored, whatever the state of both ends. */
  hasMember(groupId: string, memberId: string): boolean;
  /** Live groups that hold the object directly. */
  directGroupsOf(memberId: string): readonly string[];
  /** Live groups that hold the object directly or through live groups, each once; cycles are followed once. */
  transitiveGroupsOf(memberId: string): readonly string[];
  /** Live users and groups reachable from the group, each once; the group itself only through a cycle. */
  transitiveMembers(groupId: string): readonly string[];
}
