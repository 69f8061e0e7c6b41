import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { TypedData } from './functions-core.ts';
import type { QueueOptions } from './host-json.ts';
import type { HostLog } from './host-log.ts';
import { holdLease } from './queue-lease.ts';
import type { Lease } from './queue-lease.ts';

export interface MessageLife {
  queue: QueueClient;
  /** Where a message goes that failed for good; undefined for a queue that is itself a poison queue. */
  poisonQueue: QueueClient | undefined;
  options: QueueOptions;
  leases: Set<Lease>;
  invoke(body: TypedData, triggerMetadata: Record<string, TypedData>): Promise<unknown>;
  log: HostLog;
}

/**
 * Leads one received message to its end, as the storage extension does (azure-sdk-for-net, QueueProcessor.cs and
 * QueueListener.cs): deleted after success, visible again after `visibilityTimeout` when it failed, copied to the
 * poison queue and deleted when it was received too often. Rejects only on an unexpected answer of the storage.
 */
export async function processMessage(message: DequeuedMessageItem, life: MessageLife): Promise<void> {
  const { options, queue } = life;
  if (message.dequeueCount > options.maxDequeueCount) return poison(message, message.popReceipt, life);

  const lease = holdLease(queue, message);
  life.leases.add(lease);
  const succeeded = await runFunction(message, life);
  const popReceipt = await lease.end();
  life.leases.delete(lease);

  if (succeeded) await unlessGone(queue.deleteMessage(message.messageId, popReceipt));
  else if (message.dequeueCount >= options.maxDequeueCount) await poison(message, popReceipt, life);
  else await release(message, popReceipt, life);
}

async function runFunction(message: DequeuedMessageItem, life: MessageLife): Promise<boolean> {
  const body = decode(message.messageText, life.options.messageEncoding);
  // A message that isn't base64 is never handed to the function; it fails until it is poisoned.
  if (body === undefined) return false;
  try {
    await life.invoke({ string: body }, triggerMetadataOf(message, body));
    return true;
  } catch {
    return false;
  }
}

async function release(message: DequeuedMessageItem, popReceipt: string, { queue, poisonQueue, options }: MessageLife) {
  // A poison queue's messages stay hidden until the lease ends (see QueueProcessor.ReleaseMessageAsync).
  if (poisonQueue === undefined) return;
  const seconds = Math.ceil(options.visibilityTimeout / 1000);
  await unlessGone(queue.updateMessage(message.messageId, popReceipt, undefined, seconds));
}

/** Copy, then delete: the copy is a new message that lives seven days, the service's default. */
async function poison(message: DequeuedMessageItem, popReceipt: string, life: MessageLife): Promise<void> {
  const { poisonQueue, queue, log } = life;
  if (poisonQueue === undefined) return;
  await poisonQueue.createIfNotExists();
  await poisonQueue.sendMessage(message.messageText);
  const count = message.dequeueCount;
  log({ level: 'warning', source: 'host', message: `Message moved to ${poisonQueue.name} after ${count} attempts.` });
  await unlessGone(queue.deleteMessage(message.messageId, popReceipt));
}

/** Somebody else has the message by now, or had and finished it: it will be, or was, processed elsewhere. */
async function unlessGone(operation: Promise<unknown>): Promise<void> {
  try {
    await operation;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Whether the storage says that a message is not ours any more (PopReceiptMismatch or MessageNotFound). */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && (error.statusCode === 404 || error.statusCode === 400);
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decode(text: string, encoding: QueueOptions['messageEncoding']): string | undefined {
  if (encoding === 'none') return text;
  return base64.test(text) ? Buffer.from(text, 'base64').toString('utf8') : undefined;
}

/** Names and forms as the storage extension gives them; dates are JSON strings. */
function triggerMetadataOf(message: DequeuedMessageItem, body: string): Record<string, TypedData> {
  return {
    QueueTrigger: { string: body },
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    DequeueCount: { json: String(message.dequeueCount) },
    InsertionTime: { json: JSON.stringify(message.insertedOn) },
    ExpirationTime: { json: JSON.stringify(message.expiresOn) },
    NextVisibleTime: { json: JSON.stringify(message.nextVisibleOn) },
  };
}
