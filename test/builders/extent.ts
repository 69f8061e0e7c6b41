import type { Assignment, Loser } from '../../src/lib/model/access.ts';
import { scopePool } from './arbitrary-world.ts';

/** Every scope that arbitrary worlds may name, and one that none does: everywhere else. */
export const everyScope: readonly string[] = [...scopePool, 'elsewhere'];

/** Whether something applies in a scope. */
export function isEffectiveIn(one: Pick<Assignment | Loser, 'scopes' | 'exceptScopes'>, scope: string): boolean {
  if (one.scopes.length > 0) return one.scopes.includes(scope);
  return !(one.exceptScopes ?? []).includes(scope);
}

/** `kind|id|scope` of everything in a list, for worlds of arbitrary-world.ts. */
export function extentOf(
  list: readonly Pick<Assignment | Loser, 'kind' | 'id' | 'scopes' | 'exceptScopes'>[],
): ReadonlySet<string> {
  return new Set(
    list.flatMap((one) =>
      everyScope.filter((scope) => isEffectiveIn(one, scope)).map((scope) => `${one.kind}|${one.id}|${scope}`),
    ),
  );
}
