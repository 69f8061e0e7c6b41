import type { Clock } from './ports.ts';

/** The machine's clock, and the only reading of it in src. */
export const systemClock: Clock = { now: () => new Date() };
