import type { Assignment } from '../model/access.ts';
import { rolesByStrength } from '../model/definitions.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import { scopesOf } from './scope-set.ts';
import { type Remainder, takeAway, together } from './take-away.ts';

/**
 * Role resolution. `union`: every role stands. `strongest`: in each scope only the role with the lowest precedence number is
 * effective, and a role without scopes competes in every one. What is beaten is named as a loser, with its winner.
 */
export function resolveRoles(assignments: readonly Assignment[], document: RulesDocument): Remainder {
  if (document.roleResolution === 'union') return { assignments, losers: [] };
  const roles = heldRoles(assignments, document);
  const others = { assignments: assignments.filter(({ kind }) => kind !== 'role'), losers: [] };
  return together([...roles.map((role, index) => outrank(role, roles.slice(0, index))), others]);
}

/** The roles among assignments, strongest first. */
export function heldRoles(assignments: readonly Assignment[], document: RulesDocument): readonly Assignment[] {
  const roles = new Map(assignments.filter(({ kind }) => kind === 'role').map((role) => [role.id, role]));
  return roles.size === 0 ? [] : rolesByStrength(document).flatMap((id) => roles.get(id) ?? []);
}

/** One role against all stronger ones, the strongest first. */
function outrank(role: Assignment, stronger: readonly Assignment[]): Remainder {
  return takeAway(
    role,
    stronger.map((other) => ({ by: other.id, scopes: scopesOf(other) })),
    'outranked',
  );
}
