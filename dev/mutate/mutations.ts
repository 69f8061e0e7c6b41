import { activationMutations } from './activation-mutations.ts';
import { evidenceMutations } from './evidence-mutations.ts';
import { exceptionMutations } from './exception-mutations.ts';
import { holdMutations } from './hold-mutations.ts';
import { areas, type Mutation } from './mutation.ts';
import { recordMutations } from './record-mutations.ts';
import { rulesMutations } from './rules-mutations.ts';
import { workMutations } from './work-mutations.ts';

/** Every deliberate fault, by promise. */
export const mutations: readonly Mutation[] = [
  ...evidenceMutations,
  ...recordMutations,
  ...workMutations,
  ...holdMutations,
  ...rulesMutations,
  ...exceptionMutations,
  ...activationMutations,
].toSorted((a, b) => rank(a.promise) - rank(b.promise));

function rank(promise: Mutation['promise']): number {
  return typeof promise === 'number' ? promise : 1_000 + areas.indexOf(promise);
}
