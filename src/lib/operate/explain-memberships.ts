import { mappedGroups } from '../model/active-rules.ts';
import type { GroupInfo } from '../model/directory.ts';
import type { Spell } from '../model/facts.ts';
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

/** Recorded memberships that count, in order of group id; `infos` as `readWays` gives it. */
export function explainMemberships(
  user: KnownUser,
  infos: ReadonlyMap<string, GroupInfo>,
): readonly MembershipExplanation[] {
  const mapped = mappedGroups(user.rules);
  const named = (groupId: string): NamedGroup => {
    const known = infos.get(groupId) ?? user.watched.get(groupId) ?? mapped.get(groupId);
    return { groupId, displayName: known?.displayName ?? groupId };
  };
  return waysOf(user).map(({ groupId, member, path: ids }) => {
    const path = ids?.map(named);
    return {
      ...named(groupId),
      since: member.since,
      ...(member.pendingSince === undefined ? {} : { pendingSince: member.pendingSince }),
      ...(path === undefined ? {} : { path }),
    };
  });
}

/** What the directory says of the groups on the ways to recorded memberships; a nested one is watched by its id alone. */
export async function readWays(
  ports: Pick<Ports, 'log'> & Needs<{ directory: 'readGroups' }>,
  user: KnownUser,
): Promise<ReadonlyMap<string, GroupInfo>> {
  const groupIds = new Set(waysOf(user).flatMap(({ path = [] }) => path));
  if (groupIds.size === 0) return new Map();
  try {
    const answers = await ports.directory.readGroups([...groupIds], 'normal');
    return new Map([...answers].flatMap(([id, { info }]) => (info === undefined ? [] : [[id, info]])));
  } catch (error) {
    ports.log.error('The names of groups could not be read for an explanation, which is given without them.', error);
    return new Map();
  }
}

interface Way {
  readonly groupId: string;
  readonly member: Spell;
  readonly path: readonly string[] | undefined;
}

function waysOf({ facts, rules, graph }: KnownUser): readonly Way[] {
  const mapped = mappedGroups(rules);
  const paths = graph === undefined ? new Map<string, readonly string[]>() : membershipPaths(graph);
  return Object.entries(facts.groups)
    .filter(([groupId, { member }]) => member.in && member.since >= (mapped.get(groupId)?.mappedSince ?? '~'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([groupId, { member }]) => ({ groupId, member, path: paths.get(groupId) }));
}
