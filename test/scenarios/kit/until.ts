import { setTimeout } from 'node:timers/promises';

/** Waits until a condition holds; fails after twenty seconds. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('What was waited for has not happened.');
    await setTimeout(20);
  }
}
