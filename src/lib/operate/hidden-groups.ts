import type { WatchedGroup } from '../model/watched-group.ts';
import type { Ports } from '../ports.ts';
import type { Needs } from './needs.ts';

export type HiddenPorts = Pick<Ports, 'log'> & Needs<{ directory: 'readGroups' }>;

/**
 * Of these groups those that hide their members from us for want of a permission, by id. Only groups with a hidden membership are
 * asked; none when the directory does not say.
 */
export async function hiddenGroups(
  { directory, log }: HiddenPorts,
  groups: readonly (WatchedGroup | undefined)[],
): Promise<ReadonlySet<string>> {
  const ids = groups.flatMap((group) => (group?.info?.hiddenMembership === true ? [group.groupId] : []));
  if (ids.length === 0) return new Set();
  try {
    const answers = await directory.readGroups(ids, 'normal');
    return new Set(ids.filter((id) => answers.get(id)?.info !== undefined && answers.get(id)?.evidence === 'unknown'));
  } catch (error) {
    log.error('Groups with a hidden membership could not be asked whether we may read it.', error);
    return new Set();
  }
}
