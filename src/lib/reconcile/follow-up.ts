import { newJobRequest } from '../model/new-request.ts';
import type { ReconcileRequest } from '../model/request.ts';
import type { Lane } from '../model/request.ts';
import type { Ports } from '../ports.ts';

/** Storage queues count delays in whole seconds; one more makes sure that the lag has passed on every clock. */
const marginSeconds = 1;

/** Sends the same user again for when every present fact is older than the replication lag. */
export async function lookAgain(ports: Ports, request: ReconcileRequest, lane: Lane): Promise<void> {
  const { work, ...rest } = request;
  const look: ReconcileRequest = {
    ...rest,
    reason: 'look',
    look: (request.look ?? 0) + 1,
    attempt: 0,
    enqueuedDateTime: ports.clock.now().toISOString(),
  };
  await ports.reconcileQueue.send([look], lane, Math.ceil(ports.lagMilliseconds / 1000) + marginSeconds);
}

/** Sends the user again at once, because the rules moved while they were reconciled. */
export async function reconcileAgain(ports: Ports, request: ReconcileRequest, lane: Lane): Promise<void> {
  const { work, hint, look, ...rest } = request;
  const again: ReconcileRequest = {
    ...rest,
    reason: 'rules',
    attempt: 0,
    enqueuedDateTime: ports.clock.now().toISOString(),
  };
  await ports.reconcileQueue.send([again], lane);
}

/** Has groups compared with the recorded facts: a nested group arrived as a user id, or a lost group did not answer. */
export async function askForExpansion(
  ports: Ports,
  request: ReconcileRequest,
  groupIds: readonly string[],
): Promise<void> {
  const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId: request.causeId };
  for (const id of groupIds) {
    await ports.jobQueue.send({
      ...newJobRequest(origin, 'expand', id),
      ...(request.traceparent === undefined ? {} : { traceparent: request.traceparent }),
    });
  }
}
