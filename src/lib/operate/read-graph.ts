import type { MembershipChange } from '../model/membership-change.ts';
import type { UserReading } from '../model/reading.ts';
import type { WatchedGroup } from '../model/watched-group.ts';
import type { MembershipGraph } from '../plan/membership-graph.ts';
import type { Needs } from './needs.ts';

/** Groups nested deeper than this are not followed; Graph's own listings end the search long before. */
const maxDepth = 50;

/**
 * The user's way to the mapped groups: groups they are directly in, and upwards from there what each is in. Only watched groups
 * are followed, because a way to a mapped group leads through groups nested in it, and those are watched. A group that is tried
 * out is followed, too.
 */
export async function readGraph(
  ports: Needs<{ directory: 'readParents' }>,
  reading: UserReading,
  watched: ReadonlyMap<string, WatchedGroup>,
  tried: MembershipChange | undefined,
): Promise<MembershipGraph> {
  const direct = reading.kind === 'found' ? (reading.directGroups ?? new Set<string>()) : new Set<string>();
  const parents = new Map<string, readonly string[]>();
  let step = [...direct, ...(tried === undefined ? [] : [tried.groupId])].filter((id) => watched.has(id));
  for (let depth = 0; step.length > 0 && depth < maxDepth; depth += 1) {
    const found = await ports.directory.readParents(step, 'normal');
    for (const groupId of step)
      parents.set(
        groupId,
        (found.get(groupId) ?? []).filter((id) => watched.has(id)),
      );
    step = [...new Set(step.flatMap((groupId) => parents.get(groupId) ?? []))].filter((id) => !parents.has(id));
  }
  return { direct, parents };
}
