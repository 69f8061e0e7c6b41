import { InvalidInputError } from '../lib/errors.ts';
import type { JobRequest, Lane } from '../lib/model/request.ts';
import type { App } from '../lib/wiring.ts';
import { invocationLog } from './invocation-log.ts';

/**
 * Makes open work of the user that a message names, on the lane it came by: the message itself can't be done. One that names
 * nobody is only logged.
 */
export async function writeDown(app: App, message: unknown, reason: Error, lane: Lane): Promise<void> {
  const named = app.messages.addressee(message);
  const ports = named && app.portsFor(named.tenantId);
  if (named === undefined || ports === undefined) {
    invocationLog.error('A message names nobody who is served, and is dropped.', reason);
    return;
  }
  await ports.work.open(named.userId, reason.name, lane);
  invocationLog.error('A message became open work.', reason, { ...named });
}

/** A poison message's user becomes open work; its job, whose row may never have been written, is asked for again. */
export async function restorePoison(app: App, payload: unknown, lane: Lane): Promise<void> {
  const job = asJob(app, payload);
  const ports = job && app.portsFor(job.tenantId.toLowerCase());
  if (job === undefined || ports === undefined) {
    await writeDown(app, payload, new InvalidInputError('The message was handed out too often.'), lane);
    return;
  }
  await ports.jobQueue.send({ ...job, attempt: 0 });
  invocationLog.warn('A job is taken from the poison queue and tried again.', { kind: job.kind, id: job.id });
}

function asJob(app: App, payload: unknown): JobRequest | undefined {
  try {
    return app.messages.parseJobRequest(payload);
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}
