import { type MappedGroup, mappedGroups } from '../model/active-rules.ts';
import type { WatchedGroup } from '../model/watched-group.ts';
import type { Ports } from '../ports.ts';
import { confirmGroup } from './confirm-group.ts';

/**
 * Watches every group that the rules in force map, and lets go those that they map no more and that are not nested in one that
 * they do. Once more if the rules moved meanwhile, so that of two runs at once the one with older rules has not the last word.
 */
export async function watchMapped(ports: Ports): Promise<void> {
  for (;;) {
    const rules = await ports.rules.active();
    if (!rules) return;
    const mapped = mappedGroups(rules);
    const watched = await ports.watched.list();
    const known = new Set(watched.filter((group) => group.mapped).map(({ groupId }) => groupId));
    for (const group of mapped.values()) if (!known.has(group.groupId)) await watch(ports, group);
    await letGo(ports, watched, new Set(mapped.keys()));
    if ((await ports.rules.activeVersion()) === rules.version) return;
  }
}

/** A group that can't be asked now is watched all the same; the comparison that follows asks it again. */
async function watch(ports: Ports, { groupId, displayName }: MappedGroup): Promise<void> {
  try {
    await confirmGroup(ports, { groupId, displayName }, true);
  } catch (error) {
    ports.log.error('A newly mapped group could not be asked; it is watched all the same.', error, { groupId });
    const stateSince = ports.clock.now().toISOString();
    await ports.watched.change(groupId, (known) => ({
      ...(known ?? { groupId, displayName, parents: [], state: 'present', stateSince }),
      mapped: true,
    }));
  }
}

async function letGo(ports: Ports, watched: readonly WatchedGroup[], mapped: ReadonlySet<string>): Promise<void> {
  const isMapped = (id: string): boolean => mapped.has(id);
  for (const { groupId, parents, ...group } of watched) {
    if (group.mapped === isMapped(groupId) && parents.every(isMapped) && (group.mapped || parents.length > 0)) continue;
    await ports.watched.change(groupId, (known) => {
      if (!known) return undefined;
      const left = known.parents.filter(isMapped);
      const stays = isMapped(groupId) || left.length > 0;
      return stays ? { ...known, mapped: isMapped(groupId), parents: left } : undefined;
    });
  }
}
