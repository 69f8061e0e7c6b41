import { type Access, type Assignment, entitlementKinds, type Entitlement, type Loser } from '../model/access.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import { definitionLists } from '../model/definitions.ts';
import type { Facts } from '../model/facts.ts';
import { inEffect } from './changes.ts';
import { allGiven } from './decide.ts';
import { deservesRecord, desiredAccess } from './desired-access.ts';
import { exceptionsInEffect } from './exceptions.ts';
import type { Given } from './given.ts';
import { compareEntitlements, entitlementKey } from './unite.ts';
import { type ClosedWay, closedWays, type SeenUser, type WayCondition, wayConditions } from './why-not.ts';

/** Why an entitlement is not held: the first condition that fails. Those of the account come first, then those of its ways. */
export type WhyNot =
  /** Nothing is known of the account. */
  | 'unknownAccount'
  | 'accountDeleted'
  | 'accountDisabled'
  /** It is given and taken: by an exception, a stronger role, a conflict rule. */
  | Loser['reason']
  /** No rule, exception or default gives it to anybody. */
  | 'noRule'
  | WayCondition;

/** One entitlement of the document, and everything that bears on whether this user holds it. */
export interface EntitlementExplanation extends Entitlement {
  /** What is held in effect; absent: not held, and `whyNot` says why. */
  readonly held?: Assignment;
  readonly whyNot?: WhyNot;
  /** Everything that gives it, each with its scopes (none: everywhere). A user who is suspended would hold it. */
  readonly given: readonly Given[];
  /** Where it is taken again, and by what. */
  readonly taken: readonly Loser[];
  /** What could give it and does not. */
  readonly closed: readonly ClosedWay[];
}

/** Why a user holds what they hold, and why not what they don't. */
export interface Explanation extends Pick<Access, 'state' | 'conflicts'> {
  /** Every entitlement that the document defines, in order of kind and id. */
  readonly entitlements: readonly EntitlementExplanation[];
}

/** Explains what a reconcile makes of the user (`desiredAccess`), entitlement by entitlement. */
export function explain(user: SeenUser, rules: ActiveRules, now: Date): Explanation {
  const access = desiredAccess(user, rules, now);
  const { facts, exceptions } = user;
  const { account } = facts;
  const isRecorded = deservesRecord(user);
  const held = byEntitlement(inEffect(access));
  const taken = byEntitlement(access.losers);
  const isGone = account === undefined || access.state === 'removed';
  const all = isGone || !isRecorded ? [] : allGiven(facts, account, rules, exceptionsInEffect(exceptions, now));
  const given = byEntitlement(all);
  const closed = isGone ? new Map<string, never>() : closedWays({ ...user, isRecorded, account, rules, now }, all);
  const entitlements = definedBy(rules).map((entitlement): EntitlementExplanation => {
    const key = entitlementKey(entitlement);
    const because = { given: given.get(key) ?? [], taken: taken.get(key) ?? [], closed: closed.get(key) ?? [] };
    const assignment = held.get(key)?.[0];
    const answer = assignment === undefined ? { whyNot: whyNot(facts, access, because) } : { held: assignment };
    return { ...entitlement, ...answer, ...because };
  });
  return { state: access.state, conflicts: access.conflicts, entitlements };
}

function whyNot(
  { account }: Facts,
  { state }: Access,
  { taken, closed }: Pick<EntitlementExplanation, 'taken' | 'closed'>,
): WhyNot {
  if (account === undefined) return 'unknownAccount';
  if (state === 'removed') return 'accountDeleted';
  if (state === 'suspended') return 'accountDisabled';
  // In the order in which `decide` takes things away.
  const reason = (['denied', 'outranked', 'conflict'] as const).find((one) =>
    taken.some((loser) => loser.reason === one),
  );
  if (reason !== undefined) return reason;
  // Of several ways the one that comes furthest needs least.
  return wayConditions.findLast((condition) => closed.some(({ failed }) => failed === condition)) ?? 'noRule';
}

function definedBy({ document }: ActiveRules): readonly Entitlement[] {
  return entitlementKinds
    .flatMap((kind) => document[definitionLists[kind]].map(({ id }): Entitlement => ({ kind, id })))
    .sort(compareEntitlements);
}

function byEntitlement<T extends Entitlement>(list: readonly T[]): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(list, entitlementKey);
}
