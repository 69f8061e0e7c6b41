const NONE: ReadonlySet<string> = new Set();

/** Direct memberships, indexed both ways, with a cached list of members per group for paging. */
export class MembershipIndex {
  readonly #members = new Map<string, Set<string>>();
  readonly #groups = new Map<string, Set<string>>();
  readonly #lists = new Map<string, readonly string[]>();

  has(groupId: string, memberId: string): boolean {
    return this.#members.get(groupId)?.has(memberId) ?? false;
  }

  /** Members of the group that `isLive` accepts; cached until something about the group or its members changes. */
  members(groupId: string, isLive: (id: string) => boolean): readonly string[] {
    const known = this.#lists.get(groupId);
    if (known !== undefined) return known;
    const list = [...(this.#members.get(groupId) ?? NONE)].filter(isLive);
    this.#lists.set(groupId, list);
    return list;
  }

  groupsOf(memberId: string): ReadonlySet<string> {
    return this.#groups.get(memberId) ?? NONE;
  }

  all(): Iterable<readonly [string, ReadonlySet<string>]> {
    return this.#members;
  }

  add(groupId: string, memberId: string): void {
    insert(this.#members, groupId, memberId);
    insert(this.#groups, memberId, groupId);
    this.#lists.delete(groupId);
  }

  remove(groupId: string, memberId: string): void {
    this.#members.get(groupId)?.delete(memberId);
    this.#groups.get(memberId)?.delete(groupId);
    this.#lists.delete(groupId);
  }

  /** Removes every membership the object takes part in, as group and as member. */
  removeObject(id: string): void {
    for (const memberId of this.#members.get(id) ?? NONE) this.#groups.get(memberId)?.delete(id);
    for (const groupId of this.groupsOf(id)) {
      this.#members.get(groupId)?.delete(id);
      this.#lists.delete(groupId);
    }
    this.#members.delete(id);
    this.#groups.delete(id);
    this.#lists.delete(id);
  }

  /** The object became live or deleted: lists that may name it are made anew. */
  forgetListsOf(memberId: string): void {
    for (const groupId of this.groupsOf(memberId)) this.#lists.delete(groupId);
  }

  copyTo(target: MembershipIndex): void {
    for (const [id, members] of this.#members) target.#members.set(id, new Set(members));
    for (const [id, groups] of this.#groups) target.#groups.set(id, new Set(groups));
  }
}

function insert(index: Map<string, Set<string>>, key: string, value: string): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
}
