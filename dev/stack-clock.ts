import { setTimeout } from 'node:timers/promises';
import type { Storage } from './azurite/start-azurite.ts';
import type { OffsetClock } from './clock.ts';
import type { Host } from './host/spawn-host.ts';

export interface StackClock {
  /** Jumps ahead by `milliseconds`; resolves when simulator, Azurite and hosts have all followed. */
  advance(milliseconds: number): Promise<void>;
  /** Runs something that must not meet a jump, such as the start of a host. */
  whileStill<T>(work: () => Promise<T>): Promise<T>;
}

// A lease can't be prolonged by more than seven days, so a longer jump is made in pieces.
const longestJump = 6 * 24 * 60 * 60 * 1000;

/**
 * Moves the whole stack's time. The order keeps the app's clock from ever being behind the directory's, which would make
 * fresh facts look old: leases of messages in work are prolonged, Azurite jumps, the hosts jump, then the simulator.
 */
export function createStackClock(clock: OffsetClock, storage: Storage, hosts: ReadonlySet<Host>): StackClock {
  let work: Promise<unknown> = Promise.resolve();
  let followed = clock.offset();

  const onHosts = async (move: (host: Host) => Promise<void>): Promise<void> => {
    // A host that ends meanwhile needs no clock any more; it has left the set then.
    const moves = [...hosts].map((host) => move(host).catch((error: unknown) => unlessGone(host, error)));
    await Promise.all(moves);
  };
  const unlessGone = async (host: Host, error: unknown): Promise<void> => {
    // Its channel closes a little before its end is known.
    await Promise.race([host.exited, setTimeout(1_000)]);
    if (hosts.has(host)) throw error;
  };
  const follow = async (offset: number): Promise<void> => {
    const jump = offset - followed;
    if (jump <= 0) return;
    await onHosts((host) => host.prepareJump(jump));
    await storage.setClockOffset(offset);
    await onHosts((host) => host.setClockOffset(offset));
    followed = offset;
  };
  const whileStill = <T>(task: () => Promise<T>): Promise<T> => {
    const next = work.then(task);
    work = next.catch(() => undefined);
    return next;
  };
  // Somebody else may move the clock, such as the simulator's own control; then the others come after it.
  clock.onAdvance(() => void whileStill(() => follow(clock.offset())));

  return {
    whileStill,
    advance: (milliseconds) =>
      whileStill(async () => {
        const end = clock.offset() + milliseconds;
        while (clock.offset() < end) {
          const step = Math.min(longestJump, end - clock.offset());
          await follow(clock.offset() + step);
          clock.advance(step);
        }
      }),
  };
}
