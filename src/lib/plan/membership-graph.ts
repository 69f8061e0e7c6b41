import type { MembershipChange } from '../model/membership-change.ts';

/** Groups a user is in directly, and the groups that each of those and of their parents is directly in. Cycles are possible. */
export interface MembershipGraph {
  readonly direct: ReadonlySet<string>;
  readonly parents: ReadonlyMap<string, readonly string[]>;
}

/**
 * The shortest way from the user to every group that they are in: `[direct group, …, the group itself]`, by group id. Of two
 * equally short ones the first in order of ids.
 */
export function membershipPaths({ direct, parents }: MembershipGraph): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>();
  let step = [...direct].sort().map((groupId): Step => [groupId, []]);
  while (step.length > 0) {
    const next: Step[] = [];
    for (const [groupId, way] of step) {
      if (paths.has(groupId)) continue;
      const path = [...way, groupId];
      paths.set(groupId, path);
      next.push(...(parents.get(groupId) ?? []).toSorted().map((parent): Step => [parent, path]));
    }
    step = next;
  }
  return paths;
}

/** A group, and the way from the user to what is in it. */
type Step = readonly [groupId: string, way: readonly string[]];

/** The graph as it would be after the change. */
export function graphAfter({ direct, parents }: MembershipGraph, { kind, groupId }: MembershipChange): MembershipGraph {
  const others = [...direct].filter((id) => id !== groupId);
  return { direct: new Set(kind === 'joined' ? [...others, groupId] : others), parents };
}
