import type { MemberType, Mutation } from './change.ts';
import { directoryGroup, directoryUser, type DirectoryGroup, type DirectoryUser } from './directory-object.ts';
import type { DirectoryView } from './directory-view.ts';
import { MembershipIndex } from './membership-index.ts';
import { ObjectTable } from './object-table.ts';

/** One indexed copy of a directory. It only knows how to replay mutations; time and the log are the caller's. */
export class DirectoryData implements DirectoryView {
  seq = 0;
  readonly #users = new ObjectTable<DirectoryUser>();
  readonly #groups = new ObjectTable<DirectoryGroup>();
  readonly #memberships = new MembershipIndex();
  readonly #principalNames = new Map<string, string>();

  /** A deep enough copy: objects are immutable values and may be shared. */
  copy(): DirectoryData {
    const copy = new DirectoryData();
    copy.seq = this.seq;
    this.#users.copyTo(copy.#users);
    this.#groups.copyTo(copy.#groups);
    this.#memberships.copyTo(copy.#memberships);
    for (const [name, id] of this.#principalNames) copy.#principalNames.set(name, id);
    return copy;
  }

  user(idOrPrincipalName: string): DirectoryUser | undefined {
    const key = idOrPrincipalName.toLowerCase();
    return this.#users.live(key) ?? this.#users.live(this.#principalNames.get(key) ?? '');
  }

  group(id: string): DirectoryGroup | undefined {
    return this.#groups.live(id.toLowerCase());
  }

  deletedUser(id: string): DirectoryUser | undefined {
    return this.#users.deleted(id.toLowerCase());
  }

  deletedGroup(id: string): DirectoryGroup | undefined {
    return this.#groups.deleted(id.toLowerCase());
  }

  isDeleted(id: string): boolean {
    return (this.deletedUser(id) ?? this.deletedGroup(id)) !== undefined;
  }

  users(): Iterable<DirectoryUser> {
    return this.#users.allLive();
  }

  groups(): Iterable<DirectoryGroup> {
    return this.#groups.allLive();
  }

  deletedUsers(): Iterable<DirectoryUser> {
    return this.#users.allDeleted();
  }

  deletedGroups(): Iterable<DirectoryGroup> {
    return this.#groups.allDeleted();
  }

  userIds(): readonly string[] {
    return this.#users.liveIds();
  }

  groupIds(): readonly string[] {
    return this.#groups.liveIds();
  }

  memberType(id: string): MemberType | undefined {
    const key = id.toLowerCase();
    if (this.#users.has(key)) return 'user';
    return this.#groups.has(key) ? 'group' : undefined;
  }

  directMembers(groupId: string): readonly string[] {
    const key = groupId.toLowerCase();
    if (this.#groups.live(key) === undefined) return [];
    return this.#memberships.members(key, (id) => this.#isLive(id));
  }

  hasMember(groupId: string, memberId: string): boolean {
    return this.#memberships.has(groupId.toLowerCase(), memberId.toLowerCase());
  }

  directGroupsOf(memberId: string): readonly string[] {
    return [...this.#memberships.groupsOf(memberId.toLowerCase())].filter((id) => this.#groups.live(id) !== undefined);
  }

  transitiveGroupsOf(memberId: string): readonly string[] {
    return reachable(memberId.toLowerCase(), (id) => this.directGroupsOf(id));
  }

  transitiveMembers(groupId: string): readonly string[] {
    return reachable(groupId.toLowerCase(), (id) => this.directMembers(id));
  }

  /** Every stored membership, group by group, deleted ends included; for persistence. */
  memberships(): Iterable<readonly [groupId: string, memberIds: ReadonlySet<string>]> {
    return this.#memberships.all();
  }

  /** Adds objects and memberships that were always there: no log entry, no event. */
  load(
    users: Iterable<DirectoryUser>,
    groups: Iterable<DirectoryGroup>,
    members: Iterable<readonly [string, Iterable<string>]>,
  ): void {
    for (const user of users) this.#putUser(user);
    for (const group of groups) this.#putGroup(group);
    for (const [groupId, memberIds] of members) {
      for (const memberId of memberIds) this.#memberships.add(groupId, memberId);
    }
  }

  /** Performs one mutation. `at` is the time it happened, in milliseconds since the epoch. */
  replay(change: Mutation, at: number): void {
    switch (change.kind) {
      case 'userCreated':
      case 'userUpdated':
        this.#putUser({ ...this.#userOrNew(change.userId, at), ...change.properties, id: change.userId });
        return;
      case 'groupCreated':
      case 'groupUpdated':
        this.#putGroup({ ...this.#groupOrNew(change.groupId, at), ...change.properties, id: change.groupId });
        return;
      case 'userDeleted':
        this.#setUserDeleted(change.userId, new Date(at).toISOString());
        return;
      case 'userRestored':
        this.#setUserDeleted(change.userId, null);
        return;
      case 'groupDeleted':
        this.#setGroupDeleted(change.groupId, new Date(at).toISOString());
        return;
      case 'groupRestored':
        this.#setGroupDeleted(change.groupId, null);
        return;
      case 'userPurged':
        this.#forgetPrincipalName(change.userId);
        this.#users.remove(change.userId);
        this.#memberships.removeObject(change.userId);
        return;
      case 'groupPurged':
        this.#groups.remove(change.groupId);
        this.#memberships.removeObject(change.groupId);
        return;
      case 'memberAdded':
        this.#memberships.add(change.groupId, change.memberId);
        return;
      case 'memberRemoved':
        this.#memberships.remove(change.groupId, change.memberId);
        return;
    }
  }

  #isLive(id: string): boolean {
    return this.#users.live(id) !== undefined || this.#groups.live(id) !== undefined;
  }

  #userOrNew(id: string, at: number): DirectoryUser {
    return this.#users.any(id) ?? directoryUser({ id, createdDateTime: new Date(at).toISOString() });
  }

  #groupOrNew(id: string, at: number): DirectoryGroup {
    return this.#groups.any(id) ?? directoryGroup({ id, createdDateTime: new Date(at).toISOString() });
  }

  #putUser(user: DirectoryUser): void {
    // A membership may be stored before its member: lists made meanwhile lack the newcomer.
    if (!this.#users.has(user.id)) this.#memberships.forgetListsOf(user.id);
    this.#forgetPrincipalName(user.id);
    this.#principalNames.set(user.userPrincipalName.toLowerCase(), user.id);
    this.#users.put(user);
  }

  #putGroup(group: DirectoryGroup): void {
    if (!this.#groups.has(group.id)) this.#memberships.forgetListsOf(group.id);
    this.#groups.put(group);
  }

  #forgetPrincipalName(userId: string): void {
    const name = this.#users.any(userId)?.userPrincipalName.toLowerCase();
    if (name !== undefined && this.#principalNames.get(name) === userId) this.#principalNames.delete(name);
  }

  #setUserDeleted(id: string, deletedDateTime: string | null): void {
    const user = this.#users.any(id);
    if (user === undefined) return;
    this.#putUser({ ...user, deletedDateTime });
    this.#memberships.forgetListsOf(id);
  }

  #setGroupDeleted(id: string, deletedDateTime: string | null): void {
    const group = this.#groups.any(id);
    if (group === undefined) return;
    this.#groups.put({ ...group, deletedDateTime });
    this.#memberships.forgetListsOf(id);
  }
}

function reachable(start: string, next: (id: string) => readonly string[]): readonly string[] {
  const found = new Set<string>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const reached of next(id)) {
      if (found.has(reached)) continue;
      found.add(reached);
      open.push(reached);
    }
  }
  return [...found];
}
