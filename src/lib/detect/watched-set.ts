import type { Ports } from '../ports.ts';

/** How long the set of watched ids is used before it is read again, in milliseconds. */
const freshMilliseconds = 30_000;

/**
 * Ids of watched groups, cached: drops the noise of a `/groups` subscription without asking the table each time. A cold or
 * stale set lets everything through while it is being read: what it drops by mistake, the delta sweep finds.
 */
export class WatchedSet {
  #ids: ReadonlySet<string> | undefined;
  #readAt = 0;
  #reading = false;

  /** True unless the group is known to be unwatched. Never waits. */
  mayContain(ports: Pick<Ports, 'watched' | 'clock' | 'log'>, groupId: string): boolean {
    const stale = ports.clock.now().getTime() - this.#readAt > freshMilliseconds;
    if (stale && !this.#reading) void this.#read(ports);
    return stale || this.#ids === undefined || this.#ids.has(groupId);
  }

  async #read(ports: Pick<Ports, 'watched' | 'clock' | 'log'>): Promise<void> {
    this.#reading = true;
    const startedAt = ports.clock.now().getTime();
    try {
      const groups = await ports.watched.list();
      this.#ids = new Set(groups.map((group) => group.groupId));
      this.#readAt = startedAt;
    } catch (error) {
      ports.log.error('The watched groups could not be read, so every group notification is let through.', error);
    } finally {
      this.#reading = false;
    }
  }
}
