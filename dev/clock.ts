/**
 * The one clock of the local stack: the machine's time plus an offset that only grows.
 *
 * Time goes on by itself; `advance` jumps ahead. The simulator reads it directly, Azurite and the host follow it through
 * an IPC message (dev/clock/shift-date.cjs), so tokens, leases, visibility timeouts and timers agree on what time it is.
 */
export interface OffsetClock {
  /** Milliseconds since the epoch, shifted by the offset. */
  now(): number;
  /** Jumps ahead by `ms` milliseconds (0 or more) and tells every listener, in the order they were added. */
  advance(ms: number): void;
  /** How many milliseconds the clock is ahead of the machine. */
  offset(): number;
  /** Calls `listener` after each jump. Returns the function that ends it. */
  onAdvance(listener: () => void): () => void;
}

/**
 * @param initialOffset milliseconds ahead of the machine at the start, for a stack that continues an earlier one.
 */
export function createOffsetClock(initialOffset = 0): OffsetClock {
  let offset = initialOffset;
  const listeners = new Set<() => void>();
  return {
    now: () => Date.now() + offset,
    offset: () => offset,
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError(`A clock only moves ahead, not by ${ms} ms.`);
      offset += ms;
      for (const listener of [...listeners]) listener();
    },
    onAdvance(listener) {
      const entry = (): void => {
        listener();
      };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
  };
}
