import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';

/** How long a drained message is hidden while it is written down, in seconds. */
const hiddenSeconds = 60;

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
    await queue.deleteMessage(message.messageId, message.popReceipt);
    drained += 1;
  };
  for (;;) {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: 32,
      visibilityTimeout: hiddenSeconds,
    });
    for (const message of receivedMessageItems) await take(message).catch((error: unknown) => failures.push(error));
    // What failed is hidden for a while; with failures only, the other side is out of reach.
    if (receivedMessageItems.length === 0 || failures.length >= 32) break;
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} poison messages stay where they are.`);
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
