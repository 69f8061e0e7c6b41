import type { Priority } from '../model/directory.ts';
import type { Clock } from '../ports.ts';

/** Graph counts over windows of 10 seconds (Microsoft Graph throttling limits, identity and access). */
const WINDOW_MS = 10_000;
/** Share of the limit above which bulk slows down; Graph reports the share only from here on. */
const SLOW_FROM = 0.8;
const SLOWEST_MS = 5_000;

/**
 * What Graph last said about this app's share of the limit, so that all calls of a tenant in this process obey it: refused
 * calls count too, hence a 429 stops them all until it is over. A refusal of low priority says nothing of normal calls, which
 * Graph sheds later.
 */
export interface Throttle {
  /** Milliseconds until a call of this priority may be sent; 0 when it may go now. */
  closedFor(priority: Priority): number;
  /** Milliseconds a call should wait to slow down: bulk near the limit only. */
  paceFor(priority: Priority): number;
  /** A 429 was answered to a call of this priority. */
  close(priority: Priority, seconds: number): void;
  /** The value of `x-ms-throttle-limit-percentage`, which Graph sends from 0.8 to 1.8 of the limit only. */
  noteShare(percentage: string | null | undefined): void;
}

export function createThrottle(clock: Clock): Throttle {
  const closedUntil = { normal: 0, low: 0 };
  let seen = { share: 0, at: 0 };
  const now = () => clock.now().getTime();
  return {
    closedFor: (priority) => Math.max(0, closedUntil[priority] - now()),
    paceFor(priority) {
      if (priority === 'normal' || now() - seen.at > WINDOW_MS) return 0;
      return Math.min(SLOWEST_MS, Math.max(0, seen.share - SLOW_FROM) * SLOWEST_MS);
    },
    close(priority, seconds) {
      const until = now() + seconds * 1000;
      closedUntil.low = Math.max(closedUntil.low, until);
      if (priority === 'normal') closedUntil.normal = Math.max(closedUntil.normal, until);
    },
    noteShare(percentage) {
      const share = Number(percentage ?? 0);
      if (share > 0) seen = { share, at: now() };
    },
  };
}
