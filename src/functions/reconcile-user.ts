import { app, type InvocationContext } from '@azure/functions';
import type { LogKeys } from '../lib/log.ts';
import type { ReconcileRequest } from '../lib/model/request.ts';
import type { Lane } from '../lib/model/request.ts';
import type { Ports } from '../lib/ports.ts';
import { reconcileUser as reconcile, type ReconcileOutcome } from '../lib/reconcile/reconcile-user.ts';
import { currentApp } from './current-app.ts';
import { type Delivery, takeMessage } from './take-message.ts';

/** Reconciles the user that a message names. */
export async function reconcileUser(
  message: unknown,
  context: InvocationContext,
  source = currentApp,
  lane: Lane = 'fresh',
): Promise<void> {
  await takeMessage<ReconcileRequest>(message, context, source, {
    lane,
    parse: ({ messages }, payload) => messages.parseReconcileRequest(payload),
    work: async (ports, request, delivery) => {
      const startedAt = ports.clock.now();
      const outcome = await reconcile(ports, request, lane, isRepeated(request, delivery));
      await settleWork(ports, request, startedAt);
      ports.log.info('A user was reconciled.', summary(request, outcome));
    },
    settle: ({ messages }, ports, error, request, delivery) =>
      messages.settleFailure(ports, error, request, lane, delivery),
  });
}

/** The same for users of bulk work, who never delay the others (promise 6). */
export async function reconcileUserBulk(
  message: unknown,
  context: InvocationContext,
  source = currentApp,
): Promise<void> {
  await reconcileUser(message, context, source, 'bulk');
}

/** The message was handed out before, sent again, or written down as open work: each time after a try that failed. */
function isRepeated({ attempt, work }: ReconcileRequest, { dequeueCount }: Delivery): boolean {
  return dequeueCount > 1 || attempt > 0 || work?.rowKey.startsWith('open|') === true;
}

/** Only success deletes the row a message came from, and a due row only if its time had come here, too, before anything was decided. */
async function settleWork(ports: Ports, { work }: ReconcileRequest, startedAt: Date): Promise<void> {
  if (work === undefined) return;
  const [kind, time] = work.rowKey.split('|');
  const isEarly = kind === 'due' && Date.parse(time ?? '') > startedAt.getTime();
  if (!isEarly) await ports.work.settle(work.rowKey, work.etag);
}

function summary(request: ReconcileRequest, { outcome, record, plan }: ReconcileOutcome): LogKeys {
  const changes = plan?.changes.map(({ type, kind, id }) => `${type} ${kind} ${id}`).join(', ');
  return {
    outcome,
    userId: request.userId,
    reason: request.reason,
    causeId: request.causeId,
    revision: record?.revision,
    state: record?.state,
    name: record?.identity.displayName,
    changes,
  };
}

app.storageQueue('reconcileUser', {
  queueName: 'reconcile-user',
  connection: 'AzureWebJobsStorage',
  handler: (message, context) => reconcileUser(message, context),
});

app.storageQueue('reconcileUserBulk', {
  queueName: 'reconcile-user-bulk',
  connection: 'AzureWebJobsStorage',
  handler: (message, context) => reconcileUserBulk(message, context),
});
