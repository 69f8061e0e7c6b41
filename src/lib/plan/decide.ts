import type { Access, RecordState } from '../model/access.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import { type AccessException, isInEffect } from '../model/exception.ts';
import type { Facts } from '../model/facts.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import { given } from './given.ts';
import { resolveRoles } from './resolve-roles.ts';
import { unite } from './unite.ts';

/**
 * What a user should have: `decide(facts, rules) → access`. Pure and total: equal facts and rules give equal access, in whatever
 * order they come (promise 5). Facts kept by a hold are facts like others, so whatever this promises holds for what is
 * written. A suspended user keeps what they would have; a removed or unknown one has nothing.
 */
export function decide(facts: Facts, rules: ActiveRules, exceptions: readonly AccessException[], now: Date): Access {
  const inForce = exceptions.filter((exception) => isInEffect(exception, now));
  const state = stateOf(facts, rules.document);
  if (state === 'removed' || facts.account === undefined) return { state, assignments: [], losers: [], conflicts: [] };
  const united = unite(given(facts, facts.account, rules, inForce));
  const withDefault = addDefaultRole(united, facts, rules.document);
  const { assignments, losers } = resolveRoles(withDefault, rules.document);
  return { state, assignments, losers, conflicts: [] };
}

function stateOf(facts: Facts, document: RulesDocument): RecordState {
  if (facts.account?.state === 'deleted') return 'removed';
  if (facts.account?.state === 'disabled' && document.disabledAccounts === 'suspend') return 'suspended';
  return 'active';
}

/** Fallback order (R25): what rules give, then the default role, then nothing. Guests that the document excludes get none. */
function addDefaultRole(
  assignments: ReturnType<typeof unite>,
  facts: Facts,
  document: RulesDocument,
): ReturnType<typeof unite> {
  const excluded = facts.account?.type === 'guest' && document.guests === 'exclude';
  if (document.defaultRole === null || excluded) return assignments;
  if (assignments.some((assignment) => assignment.kind === 'role')) return assignments;
  return unite([
    ...assignments.flatMap((a) => a.sources.map((source) => ({ ...a, source }))),
    { kind: 'role', id: document.defaultRole, scopes: [], source: { origin: 'default' } },
  ]);
}
