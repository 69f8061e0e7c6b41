export interface FunctionCounts {
  started: number;
  succeeded: number;
  failed: number;
}

/** What the host is doing; `inFlight` 0 and a quiet `lastActivity` mean it waits. */
export interface ActivityStatus {
  inFlight: number;
  /** Milliseconds of the machine's monotonic clock since an invocation last began or ended. */
  quietFor: number;
  functions: Record<string, FunctionCounts>;
}

export interface Activity {
  /** Counts an invocation from its begin to the settling of `work`, and returns what `work` gives. */
  track<T>(functionName: string, work: () => Promise<T>): Promise<T>;
  status(): ActivityStatus;
}

export function createActivity(functionNames: readonly string[]): Activity {
  const functions: Record<string, FunctionCounts> = {};
  for (const name of functionNames) functions[name] = { started: 0, succeeded: 0, failed: 0 };
  let inFlight = 0;
  let changedAt = performance.now();

  const change = (counts: FunctionCounts | undefined, outcome: keyof FunctionCounts, step: number): void => {
    if (counts !== undefined) counts[outcome] += 1;
    inFlight += step;
    changedAt = performance.now();
  };

  return {
    async track(functionName, work) {
      const counts = functions[functionName];
      change(counts, 'started', 1);
      try {
        const result = await work();
        change(counts, 'succeeded', -1);
        return result;
      } catch (error) {
        change(counts, 'failed', -1);
        throw error;
      }
    },
    status: () => ({ inFlight, quietFor: performance.now() - changedAt, functions }),
  };
}
