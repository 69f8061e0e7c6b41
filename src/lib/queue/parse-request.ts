import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';
import { jobRequestSchema, reconcileRequestSchema, type JobRequest, type ReconcileRequest } from '../model/request.ts';

/** A queue message's payload as a reconcile request, ids in lower case. @throws InvalidInputError that names the faulty fields */
export function parseReconcileRequest(payload: unknown): ReconcileRequest {
  const request = parse(reconcileRequestSchema, payload, 'reconcile request');
  return { ...request, tenantId: request.tenantId.toLowerCase(), userId: request.userId.toLowerCase() };
}

/** A queue message's payload as a job request. @throws InvalidInputError that names the faulty fields */
export function parseJobRequest(payload: unknown): JobRequest {
  const request = parse(jobRequestSchema, payload, 'job request');
  return { ...request, tenantId: request.tenantId.toLowerCase() };
}

function parse<T>(schema: z.ZodType<T>, payload: unknown, what: string): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'message'}: ${issue.code}`);
  throw new InvalidInputError(`A message is not a ${what} (${faults.join('; ')}).`);
}

/** Whom a message names, if it names anybody: a message that can't be understood as a whole may still say that much. */
export function addressee(payload: unknown): { readonly tenantId: string; readonly userId: string } | undefined {
  const parsed = z.object({ tenantId: z.guid(), userId: z.guid() }).safeParse(payload);
  if (!parsed.success) return undefined;
  return { tenantId: parsed.data.tenantId.toLowerCase(), userId: parsed.data.userId.toLowerCase() };
}
