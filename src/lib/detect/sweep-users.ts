import { inParallel } from '../in-parallel.ts';
import type { UserEntry } from '../model/directory.ts';
import type { Ports } from '../ports.ts';
import { accountDrift, gone } from './account-drift.ts';
import { enqueueUsers, type UserToLookAt } from './enqueue-users.ts';
import { afterLagSeconds, requestJob } from './request-job.ts';
import type { JobRun } from './run-job.ts';
import type { DeltaStream } from './sweep.ts';

/** The users stream: delete, restore, disable, guest state. Only those that differ from the recorded account are enqueued. */
export function usersStream(ports: Ports, run: JobRun): DeltaStream<UserEntry> {
  const { causeId } = run.request;
  return {
    start: async (state) => ({ page: await ports.directory.usersDelta({ now: true }), state }),
    next: (link) => ports.directory.usersDelta({ link }),
    enqueue: (entries) => enqueueEntries(ports, entries, causeId),
    // After the lag, because a listing may come from a replica that is behind what the new link starts from.
    coverGap: () => requestJob(ports, 'fullSync', '', { causeId, delaySeconds: afterLagSeconds(ports) }),
  };
}

async function enqueueEntries(ports: Ports, entries: readonly UserEntry[], causeId: string): Promise<number> {
  const found: UserToLookAt[] = [];
  // A page may name a user twice: the last word counts.
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  await inParallel([...byId.values()], 16, async (entry) => {
    const recorded = await ports.derived.account(entry.id);
    if (!recorded && !(await isUnreadAndGone(ports, entry))) return;
    if (entry.removed === undefined) await ports.tombstones.remove(entry.id);
    else await ports.tombstones.put(entry.id, ports.clock.now().toISOString());
    const drift = recorded ? accountDrift(recorded, entry) : gone(entry.id);
    if (!drift) return;
    found.push(drift);
  });
  const fresh = found.filter((drift) => drift.hint !== undefined);
  const bulk = found.filter((drift) => drift.hint === undefined);
  return (
    (await enqueueUsers(ports, fresh, { reason: 'delta', causeId, lane: 'fresh' })) +
    (await enqueueUsers(ports, bulk, { reason: 'delta', causeId, lane: 'bulk' }))
  );
}

/** Somebody with an exception may be recorded before the account was ever read; only the record tells then. Deletions are rare. */
async function isUnreadAndGone(ports: Ports, { id, removed }: UserEntry): Promise<boolean> {
  return removed !== undefined && (await ports.access.read(id)).record !== undefined;
}
