import type { Access, Assignment, Loser, Source } from '../../src/lib/model/access.ts';

/** A source as `rulesOf` names it. */
export function from(ruleId: string, groupId: string): Source {
  return { origin: 'group', ruleId, groupId, groupName: `Group ${groupId.slice(0, 1)}` };
}

/** A role, everywhere unless scopes are given. */
export function role(id: string, sources: readonly Source[], scopes: readonly string[] = []): Assignment {
  return { kind: 'role', id, scopes, sources };
}

/** Access of an active user with every list empty but those given. */
export function active(assignments: readonly Assignment[], losers: readonly Loser[] = []): Access {
  return { state: 'active', assignments, losers, conflicts: [] };
}
