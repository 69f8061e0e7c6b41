import type { GroupInfo } from '../model/directory.ts';
import type { WatchedGroup } from '../model/watched-group.ts';
import type { Ports } from '../ports.ts';
import { afterLagSeconds, requestJob } from './request-job.ts';

interface Subject {
  readonly groupId: string;
  readonly displayName: string;
}

/**
 * Asks a watched group whether it is there, and remembers the answer. Its deletion is confirmed by the recycle bin or by two
 * 404s a replication lag apart; between the two it is missing, and an expansion is asked for when the second can be made.
 * `hidden`: it is there, and its membership is not readable to us.
 */
export async function confirmGroup(
  ports: Ports,
  subject: Subject,
  mapped: boolean,
): Promise<WatchedGroup['state'] | 'hidden'> {
  const { groupId } = subject;
  const known = await ports.watched.find(groupId);
  const now = ports.clock.now();
  const info = (await ports.directory.readGroups([groupId], 'low')).get(groupId);
  /** Only a state that is new gets a new time; everything else is kept as others left it. */
  const remember = (state: WatchedGroup['state']): Promise<unknown> =>
    ports.watched.change(groupId, (row) => ({
      groupId,
      displayName: info?.info?.displayName ?? row?.displayName ?? subject.displayName,
      mapped: mapped || row?.mapped === true,
      ...withInfo(info?.info ?? row?.info),
      parents: row?.parents ?? [],
      state,
      stateSince: row?.state === state ? row.stateSince : now.toISOString(),
    }));
  if (info?.info) {
    if (known && known.displayName !== info.info.displayName) await tellRename(ports, known, info.info.displayName);
    await remember('present');
    if (known?.state === 'deleted') await ports.ledger.endIfEmpty(groupId);
    if (info.evidence === 'present') return 'present';
    // Listing it would fail, or look as if everybody had left.
    ports.log.warn('A mapped group hides its membership; grant Member.Read.Hidden or unmap it.', { groupId });
    return 'hidden';
  }
  if (known?.state === 'deleted') return 'deleted';
  const missingSince = known?.state === 'missing' ? known.stateSince : undefined;
  const missedTwice = missingSince !== undefined && now.getTime() - Date.parse(missingSince) >= ports.lagMilliseconds;
  if (missedTwice || (await ports.directory.isGroupDeleted(groupId))) {
    ports.log.warn('A watched group is deleted.', { groupId, mapped });
    await remember('deleted');
    return 'deleted';
  }
  if (missingSince === undefined) {
    ports.log.warn('A watched group does not answer; it is asked again after the lag.', { groupId, mapped });
    await remember('missing');
    await requestJob(ports, 'expand', groupId, { delaySeconds: afterLagSeconds(ports) });
  }
  return 'missing';
}

/** A rename is an audit event and keeps the pin and the grants (P12). A row made from a rule may have had no name yet. */
async function tellRename(ports: Ports, known: WatchedGroup, displayName: string): Promise<void> {
  if (!known.info) return;
  const { groupId } = known;
  ports.log.info('A watched group was renamed; its pin and its grants stay.', { groupId });
  const details = { groupId, before: known.displayName, after: displayName };
  await ports.tenantAudit.append({ initiatedBy: 'Rolecall', action: 'renameGroup', causeId: ports.newId(), details });
}

function withInfo(info: GroupInfo | undefined): { info?: GroupInfo } {
  return info ? { info } : {};
}
