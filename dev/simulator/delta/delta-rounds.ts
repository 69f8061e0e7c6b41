import type { DeltaItem } from './delta-pages.ts';
import type { DeltaQuery } from './delta-token.ts';

/** A round under way: its pages are fixed when it begins. */
export interface DeltaRound {
  readonly query: DeltaQuery;
  readonly pages: readonly (readonly DeltaItem[])[];
  /** Whether only changed properties are shown (`Prefer: return=minimal`). */
  readonly minimal: boolean;
  readonly isFirst: boolean;
  /** Number of the last change this round tells, and of the one before it. */
  readonly since: number;
  readonly until: number;
  /** Pages that were answered at least once. */
  readonly answered: Set<number>;
}

/** Rounds that may be under way at once; the oldest is forgotten, as if its links had expired. */
const MOST_ROUNDS = 256;

/** Remembers the rounds that page links continue. A restart forgets them, which to a client is an expired link. */
export class DeltaRounds {
  readonly #rounds = new Map<string, DeltaRound>();

  keep(round: DeltaRound): string {
    const name = crypto.randomUUID();
    this.#rounds.set(name, round);
    const oldest = this.#rounds.keys().next();
    if (this.#rounds.size > MOST_ROUNDS && oldest.done !== true) this.#rounds.delete(oldest.value);
    return name;
  }

  find(name: string): DeltaRound | undefined {
    return this.#rounds.get(name);
  }
}
