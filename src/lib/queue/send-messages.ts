import type { QueueClient } from '@azure/storage-queue';
import { inParallel } from '../in-parallel.ts';
import { onQueue } from './on-queue.ts';

/** Sends under way at once: a page of users is enqueued in parallel, and the queue's target of 2,000 messages a second kept. */
const width = 24;

/**
 * Sends each payload as a JSON object in plain text (host.json sets `messageEncoding: none`), never expiring: the default of
 * seven days would lose work that an app could not do in time. Throws when any could not be sent.
 */
export async function sendMessages(queue: QueueClient, payloads: readonly object[], delaySeconds = 0): Promise<void> {
  const options = { messageTimeToLive: -1, ...(delaySeconds > 0 ? { visibilityTimeout: delaySeconds } : {}) };
  await inParallel(payloads, width, async (payload) => {
    await onQueue(queue, (abortSignal) => queue.sendMessage(asciiJson(payload), { ...options, abortSignal }));
  });
}

/** JSON with everything beyond ASCII escaped, so that no character is special in the queue's XML and 64 KiB are 64 KiB. */
function asciiJson(payload: object): string {
  return JSON.stringify(payload).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
