/** What a page link continues: the ids found by its first request. */
interface Snapshot {
  readonly ids: readonly string[];
  readonly madeAt: number;
}

/** How many enumerations may be under way at once; the oldest is forgotten, as if it had expired. */
const MAX_SNAPSHOTS = 512;

/** Enumerations that page links continue. A listing is fixed at its first page; only objects gone since are left out. */
export class PageSnapshots {
  readonly #snapshots = new Map<string, Snapshot>();
  #last = 0;

  /** Keeps the ids and returns the name to continue by. */
  keep(ids: readonly string[], now: number): string {
    const name = (++this.#last).toString(36);
    this.#snapshots.set(name, { ids, madeAt: now });
    const oldest = this.#snapshots.keys().next();
    if (this.#snapshots.size > MAX_SNAPSHOTS && oldest.done !== true) this.#snapshots.delete(oldest.value);
    return name;
  }

  /** The ids of a name that is at most `maxAgeMs` old. */
  find(name: string, now: number, maxAgeMs: number): readonly string[] | undefined {
    const snapshot = this.#snapshots.get(name);
    return snapshot === undefined || now - snapshot.madeAt > maxAgeMs ? undefined : snapshot.ids;
  }
}
