import type { Assignment, Loser } from '../model/access.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import { compareText } from './unite.ts';

interface Resolved {
  readonly assignments: readonly Assignment[];
  readonly losers: readonly Loser[];
}

/**
 * Role resolution. `union`: every role stands. `strongest`: in each scope only the role with the lowest precedence number is
 * effective, and a role without scopes competes in every one. What is beaten is named as a loser, with its winner.
 */
export function resolveRoles(assignments: readonly Assignment[], document: RulesDocument): Resolved {
  if (document.roleResolution === 'union') return { assignments, losers: [] };
  const precedence = new Map(document.roles.map((role) => [role.id, role.precedence]));
  const rank = (role: Assignment): number => precedence.get(role.id) ?? Number.MAX_SAFE_INTEGER;
  const roles = assignments
    .filter((assignment) => assignment.kind === 'role')
    .sort((a, b) => rank(a) - rank(b) || compareText(a.id, b.id));
  const resolved = roles.map((role, index) => resolveRole(role, roles.slice(0, index)));
  return {
    assignments: [
      ...resolved.flatMap(({ effective }) => (effective ? [effective] : [])).sort((a, b) => compareText(a.id, b.id)),
      ...assignments.filter((assignment) => assignment.kind !== 'role'),
    ],
    losers: resolved.flatMap(({ losers }) => losers).sort((a, b) => compareText(a.id, b.id) || compareText(a.by, b.by)),
  };
}

/** One role against all stronger ones, strongest first. */
function resolveRole(
  role: Assignment,
  stronger: readonly Assignment[],
): { effective?: Assignment; losers: readonly Loser[] } {
  const isEverywhere = role.scopes.length === 0;
  const everywhere = stronger.find((other) => other.scopes.length === 0);
  if (isEverywhere && everywhere) return { losers: [loser(role, [], everywhere)] };
  const contested = isEverywhere ? stronger.flatMap((other) => other.scopes) : role.scopes;
  const winners = new Map<string, Assignment>();
  for (const scope of [...new Set(contested)].sort(compareText)) {
    const winner = stronger.find((other) => other.scopes.length === 0 || other.scopes.includes(scope));
    if (winner) winners.set(scope, winner);
  }
  const losers = groupLosses(role, winners);
  if (winners.size === 0) return { effective: role, losers };
  if (isEverywhere) return { effective: { ...role, exceptScopes: [...winners.keys()] }, losers };
  const scopes = role.scopes.filter((scope) => !winners.has(scope));
  return scopes.length > 0 ? { effective: { ...role, scopes }, losers } : { losers };
}

/** One loser per winner, with every scope that it wins. */
function groupLosses(role: Assignment, winners: ReadonlyMap<string, Assignment>): readonly Loser[] {
  const lost = Map.groupBy(winners, ([, winner]) => winner);
  return [...lost].map(([winner, scopes]) =>
    loser(
      role,
      scopes.map(([scope]) => scope),
      winner,
    ),
  );
}

function loser(role: Assignment, scopes: readonly string[], winner: Assignment): Loser {
  return { kind: role.kind, id: role.id, scopes, sources: role.sources, reason: 'outranked', by: winner.id };
}
