import type { Assignment, ConflictFinding, Loser } from '../model/access.ts';
import type { ConflictRule, RulesDocument } from '../model/rules-document.ts';
import { heldRoles } from './resolve-roles.ts';
import { everywhere, intersection, isNowhere, nowhere, type ScopeSet, scopesOf, toScoped, union } from './scope-set.ts';
import { type Remainder, takeAway } from './take-away.ts';
import { compareText } from './unite.ts';

/** What is left once conflicts are settled, and the conflicts that were found. */
export interface Settled extends Remainder {
  readonly findings: readonly ConflictFinding[];
}

/**
 * Separation of duties, on what would be in effect, whatever gives it (D7). Roles are taken strongest first, and each keeps only
 * the scopes in which it clashes with none that is kept already. So no `withhold` rule is ever broken, however many there are and
 * in whatever order they stand; what they take is named as a loser. `report` rules look at what is left and change nothing.
 */
export function settleConflicts(assignments: readonly Assignment[], document: RulesDocument): Settled {
  const roles = heldRoles(assignments, document);
  const conflicts = document.conflicts
    .filter((conflict) => among(conflict, roles).length > 1)
    .sort((a, b) => compareText(a.id, b.id));
  if (conflicts.length === 0) return { assignments, losers: [], findings: [] };
  const withheld = withhold(
    roles,
    conflicts.filter(({ action }) => action === 'withhold'),
  );
  const reported = report(
    withheld.assignments,
    conflicts.filter(({ action }) => action === 'report'),
  );
  return {
    assignments: [...withheld.assignments, ...assignments.filter(({ kind }) => kind !== 'role')],
    losers: withheld.losers,
    findings: [...withheld.findings, ...reported],
  };
}

function withhold(roles: readonly Assignment[], conflicts: readonly ConflictRule[]): Settled {
  const kept: Assignment[] = [];
  const losers: Loser[] = [];
  const findings: ConflictFinding[] = [];
  for (const role of roles) {
    const its = conflicts.filter((conflict) => conflict.roles.includes(role.id));
    const claims = its.map((conflict) => ({ by: conflict.id, scopes: claimed(conflict, among(conflict, kept)) }));
    const remainder = takeAway(role, claims, 'conflict');
    for (const conflict of its) {
      const lost = remainder.losers.filter(({ by }) => by === conflict.id);
      findings.push(...lost.flatMap((loser) => clashes(conflict, loser, among(conflict, kept))));
    }
    losers.push(...remainder.losers);
    kept.push(...remainder.assignments);
  }
  return { assignments: kept, losers, findings };
}

function report(roles: readonly Assignment[], conflicts: readonly ConflictRule[]): readonly ConflictFinding[] {
  return conflicts.flatMap((conflict) => {
    const parties = among(conflict, roles);
    return parties.flatMap((role, index) => clashes(conflict, role, parties.slice(0, index)));
  });
}

/** One finding for each stronger role that the weaker meets. */
function clashes(
  { id, scope, action }: ConflictRule,
  weaker: Loser | Assignment,
  stronger: readonly Assignment[],
): readonly ConflictFinding[] {
  return stronger.flatMap((other) => {
    const met = intersection(scopesOf(weaker), reach(scope, other));
    if (isNowhere(met)) return [];
    return [{ conflictId: id, roles: [other.id, weaker.id], ...toScoped(met), action }];
  });
}

/** Where a weaker role may not be, given the stronger ones. */
function claimed({ scope }: ConflictRule, stronger: readonly Assignment[]): ScopeSet {
  return stronger.map((other) => reach(scope, other)).reduce(union, nowhere);
}

/** `same`: two roles clash in each scope that both apply in. `any`: the stronger clashes with the weaker wherever that is held. */
function reach(scope: ConflictRule['scope'], stronger: Assignment): ScopeSet {
  return scope === 'any' ? everywhere : scopesOf(stronger);
}

function among(conflict: ConflictRule, roles: readonly Assignment[]): readonly Assignment[] {
  return roles.filter(({ id }) => conflict.roles.includes(id));
}
