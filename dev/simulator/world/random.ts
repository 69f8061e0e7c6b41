/** Repeatable randomness: the same seed gives the same decisions, so a failed run can be repeated. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, below); 0 if `below` is 0. */
  integer(below: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** A version 4 GUID. */
  guid(): string;
  /** What `createRandom` continues from. */
  state(): number;
}

/** The mulberry32 generator (public domain): 32 bits of state, good enough for scripted faults. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');
  return {
    next,
    state: () => state,
    integer: (below) => Math.floor(next() * below),
    // Draws nothing for a certain outcome, so that an unused switch does not shift all later decisions.
    chance: (probability) => probability > 0 && (probability >= 1 || next() < probability),
    guid: () => {
      const variant = (8 + Math.floor(next() * 4)).toString(16);
      return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
    },
  };
}
