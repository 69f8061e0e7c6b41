import type { ExpectedAssignment } from './expected-access.ts';
import type { OracleRules } from './rules.ts';

/**
 * `roleResolution: strongest`, scope by scope: every scope that any role names, and "elsewhere", has one winner among the roles
 * that cover it, the one with the lowest precedence number. A role without scopes covers all of them.
 */
export function strongestRoles(
  assignments: readonly ExpectedAssignment[],
  rules: OracleRules,
): readonly ExpectedAssignment[] {
  const roles = assignments.filter(({ kind }) => kind === 'role');
  const precedence = new Map(rules.roles.map((role) => [role.id, role.precedence]));
  const scopes = [...new Set(roles.flatMap((role) => role.scopes))].sort();
  const winner = (covers: (role: ExpectedAssignment) => boolean): string | undefined =>
    roles.filter(covers).toSorted((a, b) => (precedence.get(a.id) ?? Infinity) - (precedence.get(b.id) ?? Infinity))[0]
      ?.id;
  const elsewhere = winner((role) => role.scopes.length === 0);
  const winnerIn = new Map(
    scopes.map((scope) => [scope, winner((role) => role.scopes.length === 0 || role.scopes.includes(scope))]),
  );

  const effective = roles.flatMap((role): readonly ExpectedAssignment[] => {
    const won = scopes.filter((scope) => winnerIn.get(scope) === role.id);
    if (role.id === elsewhere) return [{ ...role, exceptScopes: scopes.filter((scope) => !won.includes(scope)) }];
    return won.length === 0 ? [] : [{ ...role, scopes: won }];
  });
  return [...effective, ...assignments.filter(({ kind }) => kind !== 'role')];
}
