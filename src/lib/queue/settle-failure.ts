import { failureKind, UnavailableError } from '../errors.ts';
import type { JobRequest, ReconcileRequest } from '../model/request.ts';
import type { Lane } from '../model/request.ts';
import type { Ports } from '../ports.ts';

/** The longest pause before a message is tried again, in seconds. */
const longestPause = 300;
/** Attempts, about five minutes, after which the open work drives a user instead of a message of its own. */
const patientAttempts = 6;

/** How often the queue handed the message out, and how often it would. */
export interface Delivery {
  readonly dequeueCount: number;
  readonly maxDequeueCount: number;
}

/**
 * The only place where the kinds of failure act (errors.ts). `throw`: the caller rethrows, and the queue hands the message out
 * again; `done`: the message is finished, because the work was sent again or written down.
 */
export async function settleFailure(
  ports: Ports,
  error: unknown,
  request: ReconcileRequest,
  lane: Lane,
  delivery: Delivery,
): Promise<'throw' | 'done'> {
  const kind = failureKind(error);
  const keys = { userId: request.userId, reason: request.reason, attempt: request.attempt };
  if (kind === 'againAfter') {
    // A message that came from the work table leaves its row, which sends the next one: two drivers would multiply.
    if (request.work !== undefined || request.attempt >= patientAttempts) {
      if (request.work === undefined) await ports.work.open(request.userId, reasonOf(error), lane);
      ports.log.warn('A reconcile waits for the other side as open work.', { ...keys, ...describe(error) });
      return 'done';
    }
    const delay = pauseSeconds(error, request.attempt, ports.random);
    await ports.reconcileQueue.send([{ ...request, attempt: request.attempt + 1 }], lane, delay);
    ports.log.warn('A reconcile waits for the other side and is tried again.', { ...keys, delay, ...describe(error) });
    return 'done';
  }
  if (kind === 'again' && delivery.dequeueCount < delivery.maxDequeueCount) {
    ports.log.warn('A reconcile failed and is tried again.', { ...keys, ...describe(error) });
    return 'throw';
  }
  await ports.work.open(request.userId, reasonOf(error), lane);
  ports.log.error('A reconcile failed and is open work now.', error, keys);
  return 'done';
}

/**
 * The same for a job. Its row remembers it, but perhaps the row was never written: when attempts run out the message becomes
 * poison, from where the catch-up takes it back.
 */
export async function settleJobFailure(
  ports: Ports,
  error: unknown,
  request: JobRequest,
  delivery: Delivery,
): Promise<'throw' | 'done'> {
  const keys = { kind: request.kind, id: request.id, attempt: request.attempt };
  if (failureKind(error) === 'againAfter') {
    const delay = pauseSeconds(error, request.attempt, ports.random);
    await ports.jobQueue.send({ ...request, attempt: request.attempt + 1, continues: true }, delay);
    ports.log.warn('A job waits for the other side and is tried again.', { ...keys, delay, ...describe(error) });
    return 'done';
  }
  if (failureKind(error) === 'never') {
    ports.log.error('A job can not be done.', error, keys);
    return 'done';
  }
  const attempts = { dequeueCount: delivery.dequeueCount, maxDequeueCount: delivery.maxDequeueCount };
  ports.log.warn('A job failed and is tried again.', { ...keys, ...attempts, ...describe(error) });
  return 'throw';
}

/**
 * Seconds to wait: what the other side asked for, or a pause that doubles from 5 to 300 s; a quarter is jitter. Never less than
 * asked, because a request that is refused counts against the limit, too (Microsoft Graph throttling guidance).
 */
export function pauseSeconds(error: unknown, attempt: number, random: () => number): number {
  const asked = error instanceof UnavailableError ? error.retryAfterSeconds : undefined;
  const pause = asked ?? Math.min(5 * 2 ** Math.min(attempt, 10), longestPause);
  return Math.min(Math.max(1, Math.ceil(pause * (1 + random() / 4))), 3600);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

function describe(error: unknown): { error: string; errorMessage: string } {
  return { error: reasonOf(error), errorMessage: error instanceof Error ? error.message : 'not an error' };
}
