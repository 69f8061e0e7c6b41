import { newReconcileRequest } from '../model/new-request.ts';
import type { Hint, TriggerReason } from '../model/request.ts';
import type { Lane } from '../model/request.ts';
import type { Ports } from '../ports.ts';

/** Somebody to look at, and what was announced of them. */
export interface UserToLookAt {
  readonly userId: string;
  readonly hint?: Hint;
}

/** Enqueues one reconcile request per user; returns how many. */
export async function enqueueUsers(
  ports: Ports,
  users: readonly UserToLookAt[],
  options: { readonly reason: TriggerReason; readonly causeId: string; readonly lane: Lane },
): Promise<number> {
  const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId: options.causeId };
  await ports.reconcileQueue.send(
    users.map(({ userId, hint }) => ({
      ...newReconcileRequest(origin, userId, options.reason),
      ...(hint ? { hint } : {}),
    })),
    options.lane,
  );
  return users.length;
}

/** A handful is somebody's own change; more is an import, and waits behind own changes (promise 6). */
export function laneFor(users: readonly unknown[]): Lane {
  return users.length > 20 ? 'bulk' : 'fresh';
}
