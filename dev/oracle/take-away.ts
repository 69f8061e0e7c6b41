import type { OracleException } from './exceptions.ts';
import { type Held, inWords } from './places.ts';
import type { OracleRules } from './rules.ts';

/** Takes away what exceptions deny, place by place. */
export function takeDenied(all: readonly Held[], exceptions: readonly OracleException[]): void {
  for (const { effect, kind, entitlementId, scopes } of exceptions) {
    if (effect !== 'deny') continue;
    const held = all.find((one) => one.kind === kind && one.id === entitlementId);
    for (const place of scopes.length === 0 ? [...(held?.places ?? [])] : scopes) held?.places.delete(place);
  }
}

/** `roleResolution: strongest`: in each place one role is left, the one with the lowest precedence number. */
export function takeOutranked(all: readonly Held[], rules: OracleRules): void {
  if (rules.roleResolution !== 'strongest') return;
  const roles = byStrength(all, rules);
  for (const place of new Set(roles.flatMap(({ places }) => [...places]))) {
    const [, ...weaker] = roles.filter(({ places }) => places.has(place));
    for (const role of weaker) role.places.delete(place);
  }
}

/**
 * `withhold`: of two roles that must not be held together the weaker goes, wherever they clash. A role is judged by what is
 * left of the stronger ones, so whoever was withheld withholds nobody.
 */
export function takeConflicting(all: readonly Held[], rules: OracleRules): void {
  const roles = byStrength(all, rules);
  for (const [index, role] of roles.entries()) {
    for (const stronger of roles.slice(0, index)) {
      const rulesOfBoth = rules.conflicts.filter(
        ({ roles: ids }) => ids.includes(role.id) && ids.includes(stronger.id),
      );
      for (const { scope } of rulesOfBoth.filter(({ action }) => action === 'withhold')) {
        for (const place of clashing(scope, role, stronger)) role.places.delete(place);
      }
    }
  }
}

/** Conflicts that are only to be reported: `id: stronger + weaker`, and where, sorted. */
export function reported(all: readonly Held[], rules: OracleRules, names: readonly string[]): readonly string[] {
  const roles = byStrength(all, rules);
  const pairs = roles.flatMap((weaker, index) => roles.slice(0, index).map((stronger) => ({ weaker, stronger })));
  return rules.conflicts
    .filter(({ action }) => action === 'report')
    .flatMap(({ id, scope, roles: ids }) =>
      pairs.flatMap(({ weaker, stronger }) => {
        const places = new Set(clashing(scope, weaker, stronger));
        const both = ids.includes(weaker.id) && ids.includes(stronger.id);
        if (!both || places.size === 0) return [];
        return [tellConflict({ conflictId: id, roles: [stronger.id, weaker.id], ...inWords(places, names) })];
      }),
    )
    .sort();
}

interface Conflict {
  readonly conflictId: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly exceptScopes?: readonly string[] | undefined;
}

export function tellConflict({ conflictId, roles, scopes, exceptScopes = [] }: Conflict): string {
  const where = scopes.length > 0 ? `in ${scopes.join(', ')}` : ['everywhere', ...exceptScopes].join(' but in ');
  return `${conflictId}: ${roles.join(' + ')} ${where}`;
}

function clashing(scope: 'same' | 'any', weaker: Held, stronger: Held): readonly string[] {
  if (scope === 'same') return [...weaker.places].filter((place) => stronger.places.has(place));
  return stronger.places.size > 0 ? [...weaker.places] : [];
}

/** Roles that are held somewhere, strongest first. */
function byStrength(all: readonly Held[], rules: OracleRules): readonly Held[] {
  const precedence = new Map(rules.roles.map((role) => [role.id, role.precedence]));
  const of = ({ id }: Held): number => precedence.get(id) ?? Infinity;
  return all.filter(({ kind }) => kind === 'role').toSorted((a, b) => of(a) - of(b) || (a.id < b.id ? -1 : 1));
}
