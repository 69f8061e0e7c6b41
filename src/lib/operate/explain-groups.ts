import type { GroupInfo } from '../model/directory.ts';
import { type GroupDescription, describeGroup } from '../model/group-description.ts';
import type { Explanation } from '../plan/explain.ts';
import type { KnownUser } from './explain-user.ts';
import type { MembershipExplanation } from './explain-memberships.ts';

/** A group that an explanation names: what it is and where its members are managed, as far as that is known. */
export interface ExplainedGroup extends Partial<GroupDescription> {
  readonly groupId: string;
  readonly displayName: string;
}

/**
 * Every group that is on a way to something, open or closed, by id.
 *
 * @param infos what the directory says of some just now; others are told as they were when they were last asked
 */
export function explainGroups(
  { watched }: KnownUser,
  infos: ReadonlyMap<string, GroupInfo>,
  memberships: readonly MembershipExplanation[],
  { entitlements }: Explanation,
): readonly ExplainedGroup[] {
  const names = new Map<string, string>();
  for (const { given, closed } of entitlements) {
    for (const way of [...given.map(({ source }) => source), ...closed]) {
      if (way.origin === 'group' && way.groupId !== undefined) names.set(way.groupId, way.groupName ?? way.groupId);
    }
  }
  for (const { path = [], ...group } of memberships) {
    for (const { groupId, displayName } of [group, ...path]) names.set(groupId, displayName);
  }
  return [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([groupId, name]) => {
      const known = watched.get(groupId);
      const info = infos.get(groupId) ?? known?.info;
      const displayName = info?.displayName ?? known?.displayName ?? name;
      return { groupId, displayName, ...(info === undefined ? {} : describeGroup(info)) };
    });
}
