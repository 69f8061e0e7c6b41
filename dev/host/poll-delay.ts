const shortest = 100;

export interface PollDelay {
  /** Waits after a poll that found nothing; each wait in a row is longer, up to the longest. */
  wait(): Promise<void>;
  /** Something was found: the next wait is the shortest again. */
  reset(): void;
  /** Ends the wait that goes on, if any, and makes the next one the shortest. */
  wake(): void;
}

/** The back-off of an idle queue, as in azure-sdk-for-net, RandomizedExponentialBackoffStrategy.cs; milliseconds. */
export function createPollDelay(longest: number): PollDelay {
  let exponent = 0;
  let end: (() => void) | undefined;

  const next = (): number => {
    const step = exponent === 0 ? 0 : (0.8 + Math.random() * 0.4) * 2 ** (exponent - 1) * shortest;
    if (shortest + step < longest) exponent += 1;
    return Math.min(shortest + step, longest);
  };
  return {
    async wait() {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      end = () => {
        resolve(undefined);
      };
      const timer = setTimeout(end, next());
      await promise;
      clearTimeout(timer);
      end = undefined;
    },
    reset() {
      exponent = 0;
    },
    wake() {
      exponent = 0;
      end?.();
    },
  };
}
