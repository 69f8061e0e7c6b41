import type { AccessException } from '../model/exception.ts';
import { newReconcileRequest } from '../model/new-request.ts';
import type { Ports } from '../ports.ts';
import type { Needs } from './needs.ts';

/** A row that comes due sooner could be settled before the exception is written. Longer than any call of the API; milliseconds. */
const netMilliseconds = 300_000;

/**
 * Writes down when a user has to be looked at for an exception: at its start and its end, and once soon, in case that nobody
 * comes to enqueue them after the exception is written. Called before it is.
 */
export async function writeDownTimes(
  { work }: Needs<{ work: 'schedule' }>,
  userId: string,
  exception: AccessException,
  now: Date,
): Promise<void> {
  const soon = now.getTime() + netMilliseconds;
  const times = new Set([soon, ...turns(exception, now).map((time) => Math.max(time, soon))]);
  for (const time of times) await work.schedule(userId, new Date(time).toISOString(), 'exception');
}

/** Has the user looked at now, and at a start or end that is nearer than the rows that were written down. */
export async function lookInTime(
  { tenantId, clock, reconcileQueue }: Pick<Ports, 'tenantId' | 'clock'> & Needs<{ reconcileQueue: 'send' }>,
  userId: string,
  exception: AccessException,
  causeId: string,
): Promise<void> {
  const now = clock.now();
  const request = newReconcileRequest({ tenantId, now, causeId }, userId, 'exception');
  await reconcileQueue.send([request], 'fresh');
  for (const time of turns(exception, now)) {
    const milliseconds = time - now.getTime();
    // Queues count whole seconds, and a message that comes too early finds nothing changed.
    if (milliseconds < netMilliseconds)
      await reconcileQueue.send([request], 'fresh', Math.ceil(milliseconds / 1000) + 1);
  }
}

/** When an exception still starts or ends by itself, as milliseconds. */
function turns({ startDateTime, endDateTime, closedDateTime }: AccessException, now: Date): readonly number[] {
  if (closedDateTime !== undefined) return [];
  const times = [startDateTime, ...(endDateTime === undefined ? [] : [endDateTime])];
  return times.map((time) => Date.parse(time)).filter((time) => time > now.getTime());
}
