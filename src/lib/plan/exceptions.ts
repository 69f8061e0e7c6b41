import type { Assignment, Entitlement } from '../model/access.ts';
import { isDefined } from '../model/definitions.ts';
import { type AccessException, isInEffect } from '../model/exception.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import type { Given } from './given.ts';
import { scopesOf } from './scope-set.ts';
import { type Remainder, takeAway, together } from './take-away.ts';
import { compareText, entitlementKey } from './unite.ts';

/** Exceptions in effect at a time, in order of id. */
export function exceptionsInEffect(exceptions: readonly AccessException[], now: Date): readonly AccessException[] {
  return exceptions.filter((exception) => isInEffect(exception, now)).sort((a, b) => compareText(a.id, b.id));
}

/**
 * What exceptions grant. One of an entitlement that the document in force no longer defines gives nothing until some document
 * defines it again: the document says what there is, an exception who has it.
 */
export function grantedBy(exceptions: readonly AccessException[], document: RulesDocument): readonly Given[] {
  return exceptions
    .filter(({ effect, entitlement }) => effect === 'grant' && isDefined(document, entitlement))
    .map(({ id, entitlement: { kind, id: entitlementId }, scopes }) => ({
      kind,
      id: entitlementId,
      scopes,
      source: { origin: 'exception', exceptionId: id },
    }));
}

/**
 * What rules and the default role give, with the scopes of exceptions in place of theirs (D14). Of several overrides of one
 * entitlement the one that started last holds, of two that started at once the one with the lower id. The exception is named as
 * a source beside the one it overrides, and waits where that one waits: by itself it gives nothing.
 */
export function overrideScopes(given: readonly Given[], exceptions: readonly AccessException[]): readonly Given[] {
  const overrides = exceptions
    .filter(({ effect }) => effect === 'scopes')
    .sort((a, b) => Date.parse(b.startDateTime) - Date.parse(a.startDateTime) || compareText(a.id, b.id));
  return given.flatMap((entry) => {
    const override = overrides.find(({ entitlement }) => isSame(entitlement, entry));
    if (!override) return [entry];
    const overridden = { ...entry, scopes: override.scopes };
    return [overridden, { ...overridden, source: { origin: 'exception', exceptionId: override.id } }];
  });
}

/** Takes away what exceptions deny, whatever gives it. */
export function deny(assignments: readonly Assignment[], exceptions: readonly AccessException[]): Remainder {
  const denials = exceptions.filter(({ effect }) => effect === 'deny');
  return together(
    assignments.map((assignment) => {
      const claims = denials
        .filter(({ entitlement }) => isSame(entitlement, assignment))
        .map((denial) => ({ by: denial.id, scopes: scopesOf({ scopes: denial.scopes }) }));
      return takeAway(assignment, claims, 'denied');
    }),
  );
}

function isSame(a: Entitlement, b: Entitlement): boolean {
  return entitlementKey(a) === entitlementKey(b);
}
