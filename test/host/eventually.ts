import { setTimeout } from 'node:timers/promises';

/** Waits until `probe` gives something that `accept` accepts, and returns it; fails after ten seconds. */
export async function eventually<T>(probe: () => T | Promise<T>, accept: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const value = await probe();
    if (accept(value)) return value;
    if (performance.now() > deadline) throw new Error(`Still ${JSON.stringify(value)} after ten seconds.`);
    await setTimeout(10);
  }
}
