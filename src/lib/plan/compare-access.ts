import type { Access, Assignment } from '../model/access.ts';
import { inEffect } from './changes.ts';
import { compareEntitlements, entitlementKey } from './unite.ts';

/** An assignment that is held before and after, and differs in scopes, sources or whether it is pending. */
export interface ChangedAssignment {
  readonly before: Assignment;
  readonly after: Assignment;
}

/** What one user gains and loses in effect, each list in order of kind and id. */
export interface AccessDifference {
  readonly gained: readonly Assignment[];
  readonly lost: readonly Assignment[];
  readonly changed: readonly ChangedAssignment[];
}

/** Compares what a user holds in effect: a suspended or removed user holds nothing. Undefined: nobody is recorded. */
export function compareAccess(recorded: Access | undefined, desired: Access): AccessDifference {
  const before = byEntitlement(inEffect(recorded));
  const after = byEntitlement(inEffect(desired));
  const changed = [...before].flatMap(([key, was]) => {
    const is = after.get(key);
    return is === undefined || JSON.stringify(was) === JSON.stringify(is) ? [] : [{ before: was, after: is }];
  });
  return {
    gained: [...after].flatMap(([key, is]) => (before.has(key) ? [] : [is])).sort(compareEntitlements),
    lost: [...before].flatMap(([key, was]) => (after.has(key) ? [] : [was])).sort(compareEntitlements),
    changed: changed.sort((a, b) => compareEntitlements(a.before, b.before)),
  };
}

/** True when something is taken: an entitlement altogether, or in a scope in which it was held. */
export function takesSomething({ lost, changed }: AccessDifference): boolean {
  return lost.length > 0 || changed.some(({ before, after }) => !covers(after, before));
}

/** True when `wide` holds in every scope in which `narrow` does. */
function covers(wide: Assignment, narrow: Assignment): boolean {
  if (wide.scopes.length > 0) {
    return narrow.scopes.length > 0 && narrow.scopes.every((scope) => wide.scopes.includes(scope));
  }
  const without = wide.exceptScopes ?? [];
  if (narrow.scopes.length > 0) return !without.some((scope) => narrow.scopes.includes(scope));
  return without.every((scope) => narrow.exceptScopes?.includes(scope) === true);
}

function byEntitlement(assignments: readonly Assignment[]): ReadonlyMap<string, Assignment> {
  return new Map(assignments.map((assignment) => [entitlementKey(assignment), assignment]));
}
