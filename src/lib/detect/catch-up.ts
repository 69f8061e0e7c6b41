import { newReconcileRequest } from '../model/new-request.ts';
import type { Ports } from '../ports.ts';
import { requestJob } from './request-job.ts';

/** Work rows sent per run and tenant; the next run, a minute later, sends the rest. */
const maxRows = 2000;

/**
 * Brings forgotten work back: sends a message for every unfinished job whose lease is over, and for every open or due user
 * whose time has come. Only enqueues; a row is deleted by the reconcile that settles it.
 */
export async function catchUp(ports: Ports): Promise<{ jobs: number; users: number }> {
  // Neither waits for the other: one that fails is tried again in a minute, and in the next.
  const [jobs, users] = await Promise.allSettled([continueJobs(ports), sendDue(ports)]);
  if (jobs.status === 'rejected') throw jobs.reason;
  if (users.status === 'rejected') throw users.reason;
  const sent = { jobs: jobs.value, users: users.value };
  if (sent.jobs + sent.users > 0) ports.log.info('Forgotten work was enqueued.', sent);
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
