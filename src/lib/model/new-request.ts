import type { JobKind, JobRequest, ReconcileRequest, TriggerReason } from './request.ts';

/** Where a request comes from: the tenant, the present time, and the id that everything of one cause shares. */
export interface RequestOrigin {
  readonly tenantId: string;
  readonly now: Date;
  readonly causeId: string;
}

/** A request to reconcile one user. */
export function newReconcileRequest(origin: RequestOrigin, userId: string, reason: TriggerReason): ReconcileRequest {
  return { ...common(origin), userId, reason };
}

/** A request for a fresh run of a job. `id` names the row where a kind has several. */
export function newJobRequest(origin: RequestOrigin, kind: JobKind, id = ''): JobRequest {
  return { ...common(origin), kind, id, continues: false };
}

function common({ tenantId, now, causeId }: RequestOrigin) {
  return { v: 1 as const, tenantId, causeId, enqueuedDateTime: now.toISOString(), attempt: 0 };
}
