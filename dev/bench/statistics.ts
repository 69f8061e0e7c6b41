/** The value below or at which `share` (0 to 1) of the values lie (nearest rank). NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** `p50 312 · p95 540 · p99 610 ms`. */
export function describeLatency(milliseconds: readonly number[]): string {
  const digits = percentile(milliseconds, 0.5) < 20 ? 1 : 0;
  const parts = [50, 95, 99].map((p) => `p${p} ${percentile(milliseconds, p / 100).toFixed(digits)}`);
  return `${parts.join(' · ')} ms`;
}
