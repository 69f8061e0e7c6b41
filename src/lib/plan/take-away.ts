import type { Assignment, Loser } from '../model/access.ts';
import { difference, intersection, isNowhere, type ScopeSet, scopesOf, toScoped } from './scope-set.ts';

/** Something that takes an entitlement away: a stronger role, an exception that denies, a conflict rule. */
export interface Claim {
  /** Its id. */
  readonly by: string;
  readonly scopes: ScopeSet;
}

/** What is left of assignments, and what was taken. */
export interface Remainder {
  readonly assignments: readonly Assignment[];
  readonly losers: readonly Loser[];
}

/** An assignment without what the claims take; a scope goes to the first that claims it. At most one assignment is left. */
export function takeAway(held: Assignment, claims: readonly Claim[], reason: Loser['reason']): Remainder {
  const { kind, id, sources } = held;
  const losers: Loser[] = [];
  let left = scopesOf(held);
  for (const { by, scopes } of claims) {
    const lost = intersection(left, scopes);
    if (isNowhere(lost)) continue;
    losers.push({ kind, id, ...toScoped(lost), sources, reason, by });
    left = difference(left, scopes);
  }
  if (losers.length === 0) return { assignments: [held], losers };
  const { exceptScopes, ...rest } = held;
  return { assignments: isNowhere(left) ? [] : [{ ...rest, ...toScoped(left) }], losers };
}

/** Several remainders as one. */
export function together(remainders: readonly Remainder[]): Remainder {
  return {
    assignments: remainders.flatMap(({ assignments }) => assignments),
    losers: remainders.flatMap(({ losers }) => losers),
  };
}
