import { mappedGroups } from '../model/active-rules.ts';
import { membershipPaths } from '../plan/membership-graph.ts';
import type { Ports } from '../ports.ts';
import type { KnownUser } from './explain-user.ts';
import type { Needs } from './needs.ts';

interface NamedGroup {
  readonly groupId: string;
  readonly displayName: string;
}

/** A mapped group that the user is recorded in, and the way there. */
export interface MembershipExplanation extends NamedGroup {
  /** Since when it is known (ISO 8601). */
  readonly since: string;
  /** Set while a hold keeps it: since when readings no longer show it. */
  readonly pendingSince?: string;
  /**
   * The shortest way in the directory now: the group the user is directly in first, the mapped group last. Absent when the
   * directory is out of reach or no longer shows the membership.
   */
  readonly path?: readonly NamedGroup[];
}

/** Recorded memberships that count, in order of group id. */
export async function explainMemberships(
  ports: Pick<Ports, 'log'> & Needs<{ directory: 'readGroups' }>,
  { facts, rules, watched, graph }: KnownUser,
): Promise<readonly MembershipExplanation[]> {
  const mapped = mappedGroups(rules);
  const paths = graph === undefined ? new Map<string, readonly string[]>() : membershipPaths(graph);
  const recorded = Object.entries(facts.groups)
    .filter(([groupId, { member }]) => member.in && member.since >= (mapped.get(groupId)?.mappedSince ?? '~'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = await readNames(
    ports,
    recorded.flatMap(([groupId]) => paths.get(groupId) ?? []),
  );
  const named = (groupId: string): NamedGroup => {
    const displayName =
      names.get(groupId) ?? watched.get(groupId)?.displayName ?? mapped.get(groupId)?.displayName ?? groupId;
    return { groupId, displayName };
  };
  return recorded.map(([groupId, { member }]) => {
    const path = paths.get(groupId)?.map(named);
    return {
      ...named(groupId),
      since: member.since,
      ...(member.pendingSince === undefined ? {} : { pendingSince: member.pendingSince }),
      ...(path === undefined ? {} : { path }),
    };
  });
}

/** Names of the groups on the way; a nested one is watched by its id alone. */
async function readNames(
  ports: Pick<Ports, 'log'> & Needs<{ directory: 'readGroups' }>,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (groupIds.length === 0) return new Map();
  try {
    const answers = await ports.directory.readGroups([...new Set(groupIds)], 'normal');
    return new Map([...answers].flatMap(([id, { info }]) => (info === undefined ? [] : [[id, info.displayName]])));
  } catch (error) {
    ports.log.error('The names of groups could not be read for an explanation, which is given without them.', error);
    return new Map();
  }
}
