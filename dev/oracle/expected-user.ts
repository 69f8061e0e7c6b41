import { collectGrants } from './collect-grants.ts';
import type { OracleException } from './exceptions.ts';
import type { ExpectedFacts } from './expected-facts.ts';
import { inWords, layOut } from './places.ts';
import type { Mapping, OracleRules } from './rules.ts';
import { reported, takeConflicting, takeDenied, takeOutranked } from './take-away.ts';

/** What one user should hold of one entitlement. `scopes` empty: everywhere. Lists are sorted. */
export interface ExpectedAssignment {
  readonly kind: 'role' | 'businessFunction' | 'team' | 'permission';
  readonly id: string;
  readonly scopes: readonly string[];
  readonly exceptScopes: readonly string[];
  /** `ruleId@groupId` of everything that gives it, `exception:id`, or `default`. */
  readonly sources: readonly string[];
  /** True when nothing but what holds keep gives it. */
  readonly pending: boolean;
}

export interface ExpectedUser {
  readonly facts: ExpectedFacts;
  readonly state: 'active' | 'suspended' | 'removed';
  /** What is held, or would be by a suspended user; sorted by kind and id. */
  readonly assignments: readonly ExpectedAssignment[];
  /** Conflicts to be reported (take-away.ts). */
  readonly conflicts: readonly string[];
}

/**
 * What one user should hold, place by place: everything that is given is laid out over all places, and then taken away.
 *
 * @param exceptions those that count now, the one that started last first
 */
export function expectedUser(
  facts: ExpectedFacts,
  rules: OracleRules,
  mapped: readonly Mapping[],
  exceptions: readonly OracleException[],
): ExpectedUser {
  if (facts.state === 'deleted') return { facts, state: 'removed', assignments: [], conflicts: [] };
  const collected = collectGrants(facts, rules, mapped, exceptions);
  const names = [...new Set([...collected, ...exceptions].flatMap(({ scopes }) => [...scopes]))];
  const held = layOut(collected, names);
  takeDenied(held, exceptions);
  takeOutranked(held, rules);
  takeConflicting(held, rules);
  return {
    facts,
    state: facts.state === 'disabled' && rules.disabledAccounts === 'suspend' ? 'suspended' : 'active',
    assignments: held
      .filter(({ places }) => places.size > 0)
      .map(({ kind, id, places, sources, firm }) => ({
        kind,
        id,
        ...inWords(places, names),
        sources: [...sources].sort(),
        pending: !firm,
      }))
      .sort(byKindAndId),
    conflicts: reported(held, rules, names),
  };
}

/** The order in which assignments are compared and printed. */
function byKindAndId(a: { kind: string; id: string }, b: { kind: string; id: string }): number {
  const [left, right] = [`${a.kind} ${a.id}`, `${b.kind} ${b.id}`];
  return left < right ? -1 : 1;
}
