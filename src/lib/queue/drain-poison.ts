import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { Log } from '../log.ts';
import type { Lane } from '../model/request.ts';
import { queueNames, type QueueName, type Queues } from './connect-queues.ts';
import { onQueue } from './on-queue.ts';
import { laneQueues } from './request-queues.ts';

/** How long a drained message is hidden while it is written down, in seconds. */
const hiddenSeconds = 60;

/**
 * Empties every poison queue, handing each message to `handle` with the lane it came from. A queue that can't be emptied keeps no
 * other from it. Returns how many messages were taken.
 *
 * @throws AggregateError when some stayed
 */
export async function drainPoisonQueues(
  queues: Queues['poison'],
  handle: (payload: unknown, lane: Lane) => Promise<void>,
  log: Log,
): Promise<number> {
  let drained = 0;
  const failures: unknown[] = [];
  for (const name of queueNames) {
    try {
      drained += await drainPoison(queues[name], (payload) => handle(payload, laneOf(name)));
    } catch (error) {
      log.error('A poison queue could not be emptied; it is tried again in a minute.', error, { queue: name });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} poison queues could not be emptied.`);
  return drained;
}

/** Bulk work that is brought back must not overtake anybody (promise 6). */
function laneOf(name: QueueName): Lane {
  return name === laneQueues.bulk ? 'bulk' : 'fresh';
}

/**
 * Takes every message off a poison queue, handing each to `handle` first: a poison copy expires after a week, so it must not be the
 * only trace of anybody. A message whose handling throws stays, and keeps no other. Returns how many were taken.
 *
 * @throws AggregateError when some stayed
 */
export async function drainPoison(queue: QueueClient, handle: (payload: unknown) => Promise<void>): Promise<number> {
  let drained = 0;
  const failures: unknown[] = [];
  const take = async (message: DequeuedMessageItem): Promise<void> => {
    await handle(parsed(message.messageText));
    const { messageId, popReceipt } = message;
    await onQueue(queue, (abortSignal) => queue.deleteMessage(messageId, popReceipt, { abortSignal }));
    drained += 1;
  };
  for (;;) {
    const { receivedMessageItems } = await onQueue(queue, (abortSignal) =>
      queue.receiveMessages({ numberOfMessages: 32, visibilityTimeout: hiddenSeconds, abortSignal }),
    );
    for (const message of receivedMessageItems) await take(message).catch((error: unknown) => failures.push(error));
    // What failed is hidden for a while; with failures only, the other side is out of reach.
    if (receivedMessageItems.length === 0 || failures.length >= 32) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} poison messages stay where they are.`, {
      cause: failures[0],
    });
  return drained;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: nobody is named by it, and the handler says so.
    return text;
  }
}
