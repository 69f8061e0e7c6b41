import { QueueServiceClient } from '@azure/storage-queue';
import type { Stack } from '../stack.ts';

const queues = ['reconcile-user', 'reconcile-user-bulk', 'jobs'];
/** Simulated time after which a stack that is still busy keeps itself busy, in milliseconds. */
const patience = 2 * 3_600_000;

/**
 * Waits until hosts are idle, notifications delivered and the queues empty, moving the clock past every delay and lease. Throws
 * when that does not happen within two hours of simulated time.
 *
 * @param firstStep how far the clock moves first, in milliseconds; then twice as far each time, up to a minute
 */
export async function settle(stack: Stack, firstStep = 2_000): Promise<void> {
  const service = QueueServiceClient.fromConnectionString(stack.storage.connectionString);
  let moved = 0;
  for (let step = firstStep; ; step = Math.min(step * 2, 60_000)) {
    await stack.settled({ limit: 60_000, deliveries: false });
    const left = await messages(service);
    const pending = stack.simulator.delivery.pending();
    if (left === 0 && pending === 0) return;
    if (moved > patience) throw new Error(`Still busy after two hours: ${left} messages, ${pending} notifications.`);
    await stack.advance(step);
    moved += step;
  }
}

/** Messages in the work queues, also those that are delayed or leased; read from Azurite itself, so that looking is not counted. */
async function messages(service: QueueServiceClient): Promise<number> {
  const counts = await Promise.all(
    queues.map(async (name) => {
      const client = service.getQueueClient(name);
      return (await client.exists()) ? ((await client.getProperties()).approximateMessagesCount ?? 0) : 0;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
