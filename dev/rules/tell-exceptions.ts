import { textTable } from '../command-line/text-table.ts';
import { paint } from '../start/paint.ts';
import type { ShownException } from './explanation-answer.ts';
import { heading } from './faults.ts';
import { tellEntitlement, tellScopes } from './words.ts';

/** A table of exceptions; nothing when there are none. */
export function tellExceptions(exceptions: readonly ShownException[]): readonly string[] {
  if (exceptions.length === 0) return [];
  const rows = exceptions.map((one) => [
    one.id,
    `${effects[one.effect]} ${tellEntitlement(one.entitlement)}${tellScopes(one)}`,
    stateOf(one),
    one.startDateTime,
    one.endDateTime ?? 'until it is closed',
    `${one.reason} (approved by ${one.approver})`,
  ]);
  return textTable([heading('id', 'what', 'state', 'start', 'end', 'why'), ...rows]);
}

const effects: Readonly<Record<ShownException['effect'], string>> = {
  grant: 'grants',
  deny: 'denies',
  scopes: 'sets the scopes of',
};

function stateOf({ closedDateTime, inEffect, status }: ShownException): string {
  if (closedDateTime !== undefined) return 'closed';
  if (inEffect === true || status === 'inEffect') return paint('green', 'in effect');
  return status ?? 'not in effect';
}
