import { evidenceMutations } from './evidence-mutations.ts';
import type { Mutation } from './mutation.ts';
import { recordMutations } from './record-mutations.ts';

/** Every deliberate fault, by promise. */
export const mutations: readonly Mutation[] = [...evidenceMutations, ...recordMutations].toSorted(
  (a, b) => rank(a.promise) - rank(b.promise),
);

function rank(promise: Mutation['promise']): number {
  return promise === 'holds' ? Number.POSITIVE_INFINITY : promise;
}
