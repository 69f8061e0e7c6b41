import type { OffsetClock } from '../../clock.ts';
import type { DirectoryChange, Mutation } from './change.ts';
import { ChangeLog } from './change-log.ts';
import { DirectoryData } from './directory-data.ts';
import type { DirectoryGroup, DirectoryUser } from './directory-object.ts';

/** Soft-deleted users and groups stay restorable for 30 days (Graph reference, "directory: deletedItems"). */
export const RECYCLE_BIN_MS = 30 * 24 * 60 * 60 * 1000;

/** Objects and memberships that were there before anybody looked. */
export interface DirectorySeed {
  users: Iterable<DirectoryUser>;
  groups: Iterable<DirectoryGroup>;
  /** Group id and its direct members' ids. */
  members: Iterable<readonly [groupId: string, memberIds: Iterable<string>]>;
}

/** The primary copy of one tenant's directory: every change goes through `apply`, is logged and announced. */
export class Directory extends DirectoryData {
  readonly #clock: OffsetClock;
  readonly #listeners = new Set<(change: DirectoryChange) => void>();
  #log = new ChangeLog();

  constructor(clock: OffsetClock) {
    super();
    this.#clock = clock;
  }

  get log(): ChangeLog {
    return this.#log;
  }

  /** Performs, logs and announces one change, and returns its log entry. The caller has checked that it is possible. */
  apply(mutation: Mutation): DirectoryChange {
    const change: DirectoryChange = { ...mutation, seq: this.seq + 1, at: this.#clock.now() };
    this.replay(change, change.at);
    this.seq = change.seq;
    this.#log.append(change);
    for (const listener of this.#listeners) listener(change);
    return change;
  }

  /** Calls the listener after each change; the returned function ends that. */
  onChange(listener: (change: DirectoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Loads objects in bulk, without log entries or events. */
  seed(seed: DirectorySeed): void {
    this.load(seed.users, seed.groups, seed.members);
  }

  /** Continues a log that was saved together with the seeded objects. */
  continueLog(changes: readonly DirectoryChange[]): void {
    this.#log = new ChangeLog(changes);
    this.seq = changes.at(-1)?.seq ?? 0;
  }

  /** Lets time do its work: empties the recycle bin and forgets old changes. */
  expire(): void {
    const now = this.#clock.now();
    const over = (object: { deletedDateTime: string | null }) =>
      object.deletedDateTime !== null && Date.parse(object.deletedDateTime) + RECYCLE_BIN_MS <= now;
    for (const user of [...this.deletedUsers()].filter(over)) this.apply({ kind: 'userPurged', userId: user.id });
    for (const group of [...this.deletedGroups()].filter(over)) this.apply({ kind: 'groupPurged', groupId: group.id });
    this.#log.trim(now);
  }
}
