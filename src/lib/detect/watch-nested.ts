import type { Ports } from '../ports.ts';
import { confirmGroup } from './confirm-group.ts';
import { requestNewShard } from './request-job.ts';

/** A deleted group can be restored for 30 days; it stays watched one day longer, in milliseconds. */
const restorableMilliseconds = 31 * 24 * 3600 * 1000;

/**
 * Keeps the closure of groups nested in a mapped group: those listed are watched with it among their parents; one that is
 * listed no more is let go, unless it was deleted, because then its restore must be seen. New ones get a shard.
 */
export async function watchNested(ports: Ports, mappedId: string, nested: ReadonlySet<string>): Promise<void> {
  const watched = new Map((await ports.watched.list()).map((group) => [group.groupId, group]));
  let found = false;
  for (const groupId of nested) {
    const known = watched.get(groupId);
    found ||= known === undefined;
    if (known?.parents.includes(mappedId) !== true) await addParent(ports, groupId, mappedId);
  }
  for (const group of watched.values()) {
    if (nested.has(group.groupId) || !group.parents.includes(mappedId)) continue;
    const state = await confirmGroup(ports, group, group.mapped);
    // Judged by the row from before: a deletion that was only just found is to be watched for its restore.
    const longGone = group.state === 'deleted' && isPast(ports, group.stateSince);
    if (state === 'present' || state === 'hidden' || longGone) await dropParent(ports, group.groupId, mappedId);
  }
  if (found) await requestNewShard(ports);
}

function isPast(ports: Ports, since: string): boolean {
  return ports.clock.now().getTime() - Date.parse(since) > restorableMilliseconds;
}

async function addParent(ports: Ports, groupId: string, mappedId: string): Promise<void> {
  const now = ports.clock.now().toISOString();
  await ports.watched.change(groupId, (known) => ({
    ...(known ?? { groupId, displayName: groupId, mapped: false, state: 'present', stateSince: now }),
    parents: [...new Set([...(known?.parents ?? []), mappedId])].sort(),
  }));
}

async function dropParent(ports: Ports, groupId: string, mappedId: string): Promise<void> {
  await ports.watched.change(groupId, (known) => {
    if (!known) return undefined;
    const parents = known.parents.filter((id) => id !== mappedId);
    return parents.length > 0 || known.mapped ? { ...known, parents } : undefined;
  });
}
