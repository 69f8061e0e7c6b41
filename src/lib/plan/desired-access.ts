import type { Access } from '../model/access.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import type { AccessException } from '../model/exception.ts';
import type { Facts } from '../model/facts.ts';
import { decide } from './decide.ts';

/** Somebody who may have a record or not. */
export interface Candidate {
  readonly isRecorded: boolean;
  readonly facts: Facts;
  /** Every exception of the user, those that are over included. */
  readonly exceptions: readonly AccessException[];
}

/**
 * Whether a reconcile leaves a record. Somebody in no mapped group who was never recorded and never had an exception gets none:
 * not for the default role, either (P9, R3, R23).
 */
export function deservesRecord({ isRecorded, facts, exceptions }: Candidate): boolean {
  return isRecorded || (facts.account !== undefined && (Object.keys(facts.groups).length > 0 || exceptions.length > 0));
}

/** What a reconcile makes of a user: what `decide` finds, and nothing for somebody who gets no record. */
export function desiredAccess(candidate: Candidate, rules: ActiveRules, now: Date): Access {
  const access = decide(candidate.facts, rules, candidate.exceptions, now);
  return deservesRecord(candidate) ? access : { state: access.state, assignments: [], losers: [], conflicts: [] };
}
