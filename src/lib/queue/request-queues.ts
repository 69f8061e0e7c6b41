import type { Lane } from '../model/request.ts';
import type { JobQueue, ReconcileQueue } from '../ports.ts';
import type { QueueName, Queues } from './connect-queues.ts';
import { sendMessages } from './send-messages.ts';

/** The queue of each lane; a lane of its own keeps fresh changes from waiting behind imports (promise 6). */
export const laneQueues: Readonly<Record<Lane, QueueName>> = { fresh: 'reconcile-user', bulk: 'reconcile-user-bulk' };

/** Reconcile requests onto the queue of their lane. */
export function createReconcileQueue(queues: Queues): ReconcileQueue {
  return {
    send: (requests, lane, delaySeconds) => sendMessages(queues.work[laneQueues[lane]], requests, delaySeconds),
  };
}

/** Job requests onto the jobs queue. */
export function createJobQueue(queues: Queues): JobQueue {
  return { send: (request, delaySeconds) => sendMessages(queues.work.jobs, [request], delaySeconds) };
}
