import type { Context } from '@microsoft/microsoft-graph-client';
import { UnavailableError } from '../../errors.ts';
import type { Priority } from '../../model/directory.ts';
import { retryAfterSeconds } from '../graph-failure.ts';
import type { Throttle } from '../throttle.ts';
import { headerOf, middleware, requestOf } from './step.ts';

const LONGEST_WAIT_MS = 5_000;
const MOST_RETRIES = 2;

/** Request header by which a caller says what may be shed first (Microsoft Graph throttling guidance). */
export const PRIORITY_HEADER = 'x-ms-throttle-priority';
/** Response header that says how much of the limit is used. */
export const SHARE_HEADER = 'x-ms-throttle-limit-percentage';

/**
 * Sends nothing while Graph wants quiet, slows bulk down near the limit, and repeats reads that were refused with a
 * `Retry-After` of at most 5 seconds, at most twice. A longer one is the queue's business: it is thrown or left to the caller.
 *
 * @param wait waits that many milliseconds; an argument so that tests need not.
 */
export function obeyThrottle(throttle: Throttle, wait: (milliseconds: number) => Promise<unknown>) {
  return middleware(async (context, next) => {
    const priority: Priority = headerOf(context, PRIORITY_HEADER) === 'low' ? 'low' : 'normal';
    for (let retries = 0; ; retries += 1) {
      await waitForTurn(throttle, priority, wait);
      await next();
      const seconds = note(throttle, priority, context);
      if (seconds === undefined || seconds * 1000 > LONGEST_WAIT_MS) return;
      if (retries >= MOST_RETRIES || !isRepeatable(context)) return;
      await context.response?.body?.cancel();
      await wait(seconds * 1000);
    }
  });
}

async function waitForTurn(
  throttle: Throttle,
  priority: Priority,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<void> {
  const closed = throttle.closedFor(priority);
  if (closed > LONGEST_WAIT_MS) {
    const retryAfterSeconds = Math.ceil(closed / 1000);
    throw new UnavailableError('Microsoft Graph is throttling this app; nothing was sent.', { retryAfterSeconds });
  }
  const milliseconds = Math.max(closed, throttle.paceFor(priority));
  if (milliseconds > 0) await wait(milliseconds);
}

/** Learns from the answer. Returns `Retry-After` in seconds if the answer is a refusal that has one. */
function note(throttle: Throttle, priority: Priority, { response }: Context): number | undefined {
  if (response === undefined) return undefined;
  throttle.noteShare(response.headers.get(SHARE_HEADER));
  if (response.status !== 429 && response.status !== 503) return undefined;
  const seconds = retryAfterSeconds(response.headers.get('retry-after'), response.headers.get('date'));
  if (response.status === 429 && seconds !== undefined) throttle.close(priority, seconds);
  return seconds;
}

/** GETs, and batches, which hold reads only. */
function isRepeatable(context: Context): boolean {
  const { method, url } = requestOf(context);
  return method === 'GET' || (method === 'POST' && url.pathname.endsWith('/$batch'));
}
