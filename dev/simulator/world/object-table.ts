/** Users or groups by id, live and soft-deleted apart, with a cached list of the live ids. */
export class ObjectTable<T extends { readonly id: string; readonly deletedDateTime: string | null }> {
  readonly #live = new Map<string, T>();
  readonly #deleted = new Map<string, T>();
  #liveIds: readonly string[] | undefined;

  live(id: string): T | undefined {
    return this.#live.get(id);
  }

  deleted(id: string): T | undefined {
    return this.#deleted.get(id);
  }

  any(id: string): T | undefined {
    return this.#live.get(id) ?? this.#deleted.get(id);
  }

  has(id: string): boolean {
    return this.#live.has(id) || this.#deleted.has(id);
  }

  allLive(): Iterable<T> {
    return this.#live.values();
  }

  allDeleted(): Iterable<T> {
    return this.#deleted.values();
  }

  liveIds(): readonly string[] {
    this.#liveIds ??= [...this.#live.keys()];
    return this.#liveIds;
  }

  /** Stores the object on the side its `deletedDateTime` says. */
  put(object: T): void {
    if (object.deletedDateTime === null) {
      if (!this.#live.has(object.id)) this.#liveIds = undefined;
      this.#live.set(object.id, object);
      this.#deleted.delete(object.id);
    } else {
      if (this.#live.delete(object.id)) this.#liveIds = undefined;
      this.#deleted.set(object.id, object);
    }
  }

  remove(id: string): void {
    if (this.#live.delete(id)) this.#liveIds = undefined;
    this.#deleted.delete(id);
  }

  copyTo(target: ObjectTable<T>): void {
    for (const [id, object] of this.#live) target.#live.set(id, object);
    for (const [id, object] of this.#deleted) target.#deleted.set(id, object);
    target.#liveIds = this.#liveIds;
  }
}
