import type { AccessException } from '../model/exception.ts';
import type { ModifiedProperty, Plan } from '../model/plan.ts';
import type { Alteration } from '../model/stored-access.ts';
import { type Difference, planFor } from './changes.ts';
import { derivedChanges } from './derived-rows.ts';
import { modifiedProperties } from './modified-properties.ts';

/** The before/after pair of one exception; absent on either side when there is none. */
export function exceptionProperty(
  id: string,
  before: AccessException | undefined,
  after: AccessException | undefined,
): ModifiedProperty {
  const text = (exception: AccessException | undefined): string | null =>
    exception === undefined ? null : JSON.stringify(exception);
  return { displayName: `exceptions.${id}`, oldValue: text(before), newValue: text(after) };
}

/**
 * The plan that repairs rows somebody else wrote, even when nothing else is to change. Changes lead from what was audited to what
 * is right, so that the audit adds up; the pairs also tell of what was found. All derived rows are written anew.
 *
 * @param also further pairs, for an exception that is written at the same time; they go before those of the repair
 */
export function repairPlan(difference: Difference, altered: Alteration, also: readonly ModifiedProperty[] = []): Plan {
  const { desired } = planFor(difference);
  const repaired: readonly ModifiedProperty[] = [
    { displayName: 'outsideEdit', oldValue: altered.row, newValue: null },
    ...altered.exceptions.map(({ id, found, audited }) => exceptionProperty(id, found, audited)),
    ...(altered.found === undefined ? [] : modifiedProperties(altered.found, desired)),
  ];
  const named = new Set(also.map(({ displayName }) => displayName));
  const plan = planFor(difference, [...also, ...repaired.filter(({ displayName }) => !named.has(displayName))]);
  const gone = plan.derived.filter(({ values }) => values === undefined);
  return { ...plan, derived: [...gone, ...derivedChanges(undefined, desired)] };
}
