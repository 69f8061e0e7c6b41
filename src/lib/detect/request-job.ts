import { newJobRequest } from '../model/new-request.ts';
import type { JobKind } from '../model/request.ts';
import type { Ports } from '../ports.ts';

export const shardPrefix = 'groups|';

/** Number of a shard's row, -1 for the users'. */
export function shardNumber(id: string): number {
  return id.startsWith(shardPrefix) ? Number(id.slice(shardPrefix.length)) : -1;
}

interface JobOptions {
  readonly causeId?: string;
  readonly delaySeconds?: number;
  readonly continues?: boolean;
  readonly second?: boolean;
}

/** Sends a job request; `continues` goes on with an unfinished row instead of asking for a fresh run. */
export async function requestJob(
  ports: Pick<Ports, 'jobQueue' | 'tenantId' | 'clock' | 'newId'>,
  kind: JobKind,
  id = '',
  options: JobOptions = {},
): Promise<void> {
  const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId: options.causeId ?? ports.newId() };
  const request = {
    ...newJobRequest(origin, kind, id),
    continues: options.continues ?? false,
    ...(options.second === true ? { second: true } : {}),
  };
  await ports.jobQueue.send(request, options.delaySeconds);
}

/** Groups compared one by one; more are one full sync, which enqueues a user of several groups once. */
const maxExpansions = 3;

/** Asks for the comparison of mapped groups: now, with a second look after the lag, or only then. */
export async function requestComparisons(
  ports: Ports,
  groupIds: ReadonlySet<string>,
  { causeId, afterLag }: { readonly causeId: string; readonly afterLag: boolean },
): Promise<void> {
  const delay = afterLag ? { delaySeconds: afterLagSeconds(ports) } : {};
  if (groupIds.size > maxExpansions) return requestJob(ports, 'fullSync', '', { causeId, ...delay });
  for (const groupId of groupIds) await requestJob(ports, 'expand', groupId, { causeId, ...delay, second: afterLag });
}

/** Seconds until every present fact is older than the lag; queues count whole seconds, and clocks differ a little. */
export function afterLagSeconds({ lagMilliseconds }: Pick<Ports, 'lagMilliseconds'>): number {
  return Math.ceil(lagMilliseconds / 1000) + 1;
}

/** Asks for one sweep per shard of watched groups and one of the users; a shard is opened for groups that have none yet. */
export async function requestSweeps(ports: Ports): Promise<number> {
  const shards = await readShards(ports);
  const ids = new Set(['users', ...shards.ids]);
  if (shards.missing.length > 0) ids.add(shards.next);
  const causeId = ports.newId();
  for (const id of ids) await requestJob(ports, 'sweep', id, { causeId });
  return ids.size;
}

/** Asks for a new shard when some watched group has none: its first round starts from now and is followed by expansions. */
export async function requestNewShard(ports: Ports): Promise<void> {
  const shards = await readShards(ports);
  if (shards.missing.length > 0) await requestJob(ports, 'sweep', shards.next);
}

/** Watched groups that no shard holds, in order of id. */
export async function unsharded(ports: Ports): Promise<readonly string[]> {
  return (await readShards(ports)).missing;
}

interface Shards {
  /** Ids of all sweep rows. */
  readonly ids: readonly string[];
  readonly missing: readonly string[];
  /** The shard that takes the missing ones: one that is being opened already, or the next number. */
  readonly next: string;
}

async function readShards(ports: Ports): Promise<Shards> {
  const sweeps = await ports.jobs.sweeps();
  const sharded = new Set<string>();
  let opening: string | undefined;
  let last = -1;
  for (const [id, state] of sweeps) {
    if (!id.startsWith(shardPrefix)) continue;
    last = Math.max(last, shardNumber(id));
    if (state?.kind !== 'sweep' || state.groupIds === undefined) opening = id;
    else for (const groupId of state.groupIds) sharded.add(groupId);
  }
  const watched = (await ports.watched.list()).map((group) => group.groupId);
  const missing = watched.filter((groupId) => !sharded.has(groupId)).sort();
  return { ids: [...sweeps.keys()], missing, next: opening ?? `${shardPrefix}${last + 1}` };
}
