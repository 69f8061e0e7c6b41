import type { Access, Assignment, ConflictFinding, Loser, RecordState } from '../model/access.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import { isDefined } from '../model/definitions.ts';
import type { AccessException } from '../model/exception.ts';
import type { AccountFact, Facts } from '../model/facts.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import { deny, exceptionsInEffect, grantedBy, overrideScopes } from './exceptions.ts';
import { given, type Given } from './given.ts';
import { resolveRoles } from './resolve-roles.ts';
import { settleConflicts } from './settle-conflicts.ts';
import { compareEntitlements, compareText, unite } from './unite.ts';

/**
 * What a user should have: `decide(facts, rules, exceptions, now) → access`. Pure and total: equal arguments give equal access,
 * in whatever order they come (promise 5). Facts kept by a hold are facts like others, so whatever this promises holds for what
 * is written. A suspended user keeps what they would have; a removed or unknown one has nothing.
 *
 * In this order: what rules, the default role and exceptions give is united; exceptions that deny take from it; under `strongest`
 * stronger roles beat weaker ones; conflicts are settled on what is left.
 */
export function decide(facts: Facts, rules: ActiveRules, exceptions: readonly AccessException[], now: Date): Access {
  const { document } = rules;
  const state = stateOf(facts, document);
  if (state === 'removed' || facts.account === undefined) return { state, assignments: [], losers: [], conflicts: [] };
  const inEffect = exceptionsInEffect(exceptions, now);
  const allowed = deny(unite(allGiven(facts, facts.account, rules, inEffect)), inEffect);
  const resolved = resolveRoles(allowed.assignments, document);
  const settled = settleConflicts(resolved.assignments, document);
  return {
    state,
    assignments: inOrder(settled.assignments),
    losers: [...allowed.losers, ...resolved.losers, ...settled.losers].sort(compareLosers),
    conflicts: [...settled.findings].sort(compareFindings),
  };
}

function stateOf(facts: Facts, document: RulesDocument): RecordState {
  if (facts.account?.state === 'deleted') return 'removed';
  if (facts.account?.state === 'disabled' && document.disabledAccounts === 'suspend') return 'suspended';
  return 'active';
}

/** Everything that is given before union and precedence. Exceptions are for guests as for members. */
export function allGiven(
  facts: Facts,
  account: AccountFact,
  rules: ActiveRules,
  inEffect: readonly AccessException[],
): readonly Given[] {
  const byRules = given(facts, account, rules);
  const granted = grantedBy(inEffect, rules.document);
  const fallback = [...byRules, ...granted].some(({ kind }) => kind === 'role')
    ? []
    : defaultRole(account, rules.document);
  return [...overrideScopes([...byRules, ...fallback], inEffect), ...granted];
}

/** Fallback order (R25): what rules and exceptions give, then the default role, then nothing. Excluded guests get none. */
function defaultRole(account: AccountFact, document: RulesDocument): readonly Given[] {
  const excluded = account.type === 'guest' && document.guests === 'exclude';
  if (document.defaultRole === null || excluded) return [];
  const role = { kind: 'role', id: document.defaultRole } as const;
  return isDefined(document, role) ? [{ ...role, scopes: [], source: { origin: 'default' } }] : [];
}

function inOrder(assignments: readonly Assignment[]): readonly Assignment[] {
  return [...assignments].sort(compareEntitlements);
}

function compareLosers(a: Loser, b: Loser): number {
  return compareEntitlements(a, b) || compareText(a.reason, b.reason) || compareText(a.by, b.by);
}

function compareFindings(a: ConflictFinding, b: ConflictFinding): number {
  return compareText(a.conflictId, b.conflictId) || compareText(a.roles.join('|'), b.roles.join('|'));
}
