import { QueueServiceClient, type QueueClient } from '@azure/storage-queue';
import { readRows } from '../../../dev/oracle/stored-rows.ts';
import type { Stack } from '../../../dev/stack.ts';

/** A queue of Azurite itself, past the proxy. */
export function queueOf({ storage }: Stack, name: string): QueueClient {
  return QueueServiceClient.fromConnectionString(storage.connectionString).getQueueClient(name);
}

/** How many messages a queue holds, also those that are delayed or in work. */
export async function messagesOn(stack: Stack, name: string): Promise<number> {
  const queue = queueOf(stack, name);
  return (await queue.exists()) ? ((await queue.getProperties()).approximateMessagesCount ?? 0) : 0;
}

/** Puts a message on a queue as it is. */
export async function send(stack: Stack, name: string, text: string): Promise<void> {
  const queue = queueOf(stack, name);
  await queue.createIfNotExists();
  await queue.sendMessage(text, { messageTimeToLive: -1 });
}

/** Asks for a job of one tenant, as its timer asks for those of all. */
export async function askForJob(stack: Stack, tenantId: string, kind: string, id = ''): Promise<void> {
  const enqueuedDateTime = new Date(stack.clock.now()).toISOString();
  const request = { v: 1, tenantId, kind, id, causeId: 'scenario', enqueuedDateTime, attempt: 0, continues: false };
  await send(stack, 'jobs', JSON.stringify(request));
}

/** Asks for a tenant's sweeps as the timer does: one per stored cursor. */
export async function askForSweeps(stack: Stack, tenantId: string): Promise<void> {
  const rows = await readRows(stack.storage, 'directory', tenantId, `${tenantId}|`);
  const cursors = rows.map(({ rowKey }) => rowKey).filter((rowKey) => rowKey.startsWith('cursor|'));
  for (const cursor of cursors) await askForJob(stack, tenantId, 'sweep', cursor.slice('cursor|'.length));
}
