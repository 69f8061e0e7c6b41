import { newReconcileRequest } from '../model/new-request.ts';
import type { Ports } from '../ports.ts';
import { requestJob } from './request-job.ts';

/** Work rows sent per run and tenant; the next run, a minute later, sends the rest. */
const maxRows = 2000;

/**
 * Brings forgotten work back: sends a message for every unfinished job whose lease is over, and for every open or due user
 * whose time has come. Only enqueues; a row is deleted by the reconcile that settles it.
 *
 * @throws AggregateError with every reason when one of the two, or both, failed; what could be enqueued was
 */
export async function catchUp(ports: Ports): Promise<{ jobs: number; users: number }> {
  // Neither waits for the other: one that fails is tried again in a minute, and in the next.
  const results = await Promise.allSettled([continueJobs(ports), sendDue(ports)]);
  const [jobs, users] = results.map((result) => (result.status === 'fulfilled' ? result.value : 0));
  const sent = { jobs: jobs ?? 0, users: users ?? 0 };
  if (sent.jobs + sent.users > 0) ports.log.info('Forgotten work was enqueued.', sent);
  const failed = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  if (failed.length > 0) throw new AggregateError(failed, 'Not all forgotten work could be enqueued.');
  return sent;
}

async function continueJobs(ports: Ports): Promise<number> {
  let jobs = 0;
  for await (const job of ports.jobs.unfinished()) {
    await requestJob(ports, job.kind, job.id, { continues: true });
    jobs += 1;
  }
  return jobs;
}

async function sendDue(ports: Ports): Promise<number> {
  let users = 0;
  for await (const row of ports.work.due(ports.clock.now())) {
    const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId: ports.newId() };
    const postponed = await ports.work.postpone(row);
    if (!postponed) continue;
    await ports.reconcileQueue.send(
      [
        {
          ...newReconcileRequest(origin, row.userId, row.rowKey.startsWith('open|') ? 'openWork' : 'due'),
          work: { rowKey: postponed.rowKey, etag: postponed.etag },
        },
      ],
      row.lane,
    );
    users += 1;
    if (users >= maxRows) break;
  }
  return users;
}
