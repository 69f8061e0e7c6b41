import type { DirectoryChange } from './change.ts';

/** How long changes are kept: the seven days a delta token lives, and one day for readers that lag. */
const KEPT_MS = 8 * 24 * 60 * 60 * 1000;

/** The directory's changes in order, bounded in time. Entries are numbered without gaps. */
export class ChangeLog {
  #entries: DirectoryChange[] = [];

  constructor(entries: readonly DirectoryChange[] = []) {
    this.#entries = [...entries];
  }

  get entries(): readonly DirectoryChange[] {
    return this.#entries;
  }

  append(change: DirectoryChange): void {
    this.#entries.push(change);
  }

  /** Changes with `after < seq <= upTo`, oldest first. */
  between(after: number, upTo = Number.POSITIVE_INFINITY): readonly DirectoryChange[] {
    const first = this.#entries[0]?.seq ?? 1;
    return this.#entries.slice(Math.max(0, after + 1 - first), Math.max(0, upTo + 1 - first));
  }

  /** The oldest `after` for which `between` is complete. */
  completeAfter(): number {
    return (this.#entries[0]?.seq ?? 1) - 1;
  }

  /** Drops entries nobody can ask for any more. */
  trim(now: number): void {
    const keep = this.#entries.findIndex((change) => change.at >= now - KEPT_MS);
    // The last entry stays, so that numbering survives a save and load.
    if (keep > 0) this.#entries = this.#entries.slice(keep);
    else if (keep < 0 && this.#entries.length > 1) this.#entries = this.#entries.slice(-1);
  }
}
