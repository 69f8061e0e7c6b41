import type { SweepState } from '../model/job-state.ts';
import { newJobRequest } from '../model/new-request.ts';
import type { Ports } from '../ports.ts';
import { afterLagSeconds, requestJob, shardNumber, shardPrefix } from './request-job.ts';
import { shardSize } from './sweep-groups.ts';
import { advance } from './sweep.ts';

/**
 * Merges the shards of watched groups when fewer would do: new groups open a shard each, and groups that are watched no more stay
 * in theirs. The new shards start from now; the old ones are read once more, to the end of their round, and go. Whatever
 * happens in between is in both. That round begins a replication lag later: an earlier one may come from a replica that is behind
 * what the new shards start from.
 */
export async function mergeShards(ports: Ports, causeId: string): Promise<void> {
  const sweeps = await ports.jobs.sweeps();
  const old = [...sweeps].flatMap(([id, state]) =>
    state?.kind === 'sweep' && state.groupIds !== undefined && state.retiring !== true ? [{ id, state }] : [],
  );
  const watched = new Set((await ports.watched.list()).map((group) => group.groupId));
  const groupIds = [...new Set(old.flatMap(({ state }) => state.groupIds ?? []))]
    .filter((id) => watched.has(id))
    .sort();
  if (old.length <= Math.max(1, Math.ceil(groupIds.length / shardSize))) return;

  const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId };
  let number = Math.max(...[...sweeps.keys()].map(shardNumber)) + 1;
  for (let start = 0; start < groupIds.length; start += shardSize, number += 1) {
    const shard = groupIds.slice(start, start + shardSize);
    const lease = await ports.jobs.begin(newJobRequest(origin, 'sweep', `${shardPrefix}${number}`));
    if (!lease) return;
    const page = await ports.directory.groupsDelta({ groupIds: shard });
    await lease.finish(advance(ports, { kind: 'sweep', groupIds: shard }, page));
  }
  for (const { id } of old) await retire(ports, id, causeId, origin);
  ports.log.info('Delta shards were merged.', { before: old.length, groups: groupIds.length });
}

/** A shard in work is left for the next full sync. */
async function retire(
  ports: Ports,
  id: string,
  causeId: string,
  origin: Parameters<typeof newJobRequest>[0],
): Promise<void> {
  const lease = await ports.jobs.begin(newJobRequest(origin, 'sweep', id));
  if (lease?.state?.kind !== 'sweep') return;
  const state: SweepState = { ...lease.state, retiring: true, retiredDateTime: ports.clock.now().toISOString() };
  await lease.finish(state);
  await requestJob(ports, 'sweep', id, { causeId, delaySeconds: afterLagSeconds(ports) });
}
