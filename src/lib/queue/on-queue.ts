import type { QueueClient } from '@azure/storage-queue';
import { withinTime } from '../time-limit.ts';

/**
 * Longest call with its repetitions, in milliseconds. The SDK's own limit is only a wish that it tells the service; a silent one
 * it awaits for ever.
 */
const limitMilliseconds = 60_000;

/** One call on a queue. `call` hands the signal on to the SDK. Throws NoAnswerError when the service keeps silent. */
export async function onQueue<T>(
  queue: Pick<QueueClient, 'name'>,
  call: (abortSignal: AbortSignal) => Promise<T>,
  limit = limitMilliseconds,
): Promise<T> {
  return withinTime(limit, `The queue ${queue.name} gave no answer in ${limit / 1000} seconds.`, call);
}
