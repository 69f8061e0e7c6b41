import { QueueServiceClient } from '@azure/storage-queue';
import { setTimeout } from 'node:timers/promises';
import type { Host } from './host/spawn-host.ts';

export interface SettledOptions {
  /** Azurite itself, past the proxy. */
  connectionString: string;
  hosts: ReadonlySet<Host>;
  /** Notifications that are on their way and not waiting for a later time. */
  undelivered(): number;
  /** Milliseconds of machine time to wait at most. */
  limit: number;
}

const pause = 15;

/**
 * Waits until nothing can happen without the clock or the directory moving: no notification on its way, no visible
 * message in any queue but the poison queues, no invocation in flight, seen twice in a row without a new invocation
 * in between. Messages that are delayed or leased by a host that is gone don't count. Rejects after the limit.
 */
export async function settled(options: SettledOptions): Promise<void> {
  const service = QueueServiceClient.fromConnectionString(options.connectionString);
  const deadline = performance.now() + options.limit;
  let before: string | undefined;
  for (;;) {
    const now = await quietState(service, options);
    if (now !== undefined && now === before) return;
    if (performance.now() > deadline) throw new Error(`The stack has not settled in ${options.limit} ms.`);
    before = now;
    await setTimeout(pause);
  }
}

/** What has been invoked so far, or undefined while something goes on. */
async function quietState(service: QueueServiceClient, options: SettledOptions): Promise<string | undefined> {
  if (options.undelivered() > 0) return undefined;
  // A host that crashes while it is asked has not settled; it is gone the next time. Hosts are asked first, for storage has
  // enough to do while they work; a message that one takes in between counts as an invocation the next time.
  const statuses = await Promise.all([...options.hosts].map((host) => host.status().catch(() => undefined)));
  if (statuses.some((status) => status === undefined || status.inFlight > 0)) return undefined;
  if (await hasVisibleMessage(service)) return undefined;
  return JSON.stringify(statuses.map((status) => status?.functions));
}

async function hasVisibleMessage(service: QueueServiceClient): Promise<boolean> {
  for await (const { name } of service.listQueues()) {
    if (name.endsWith('-poison')) continue;
    const { peekedMessageItems } = await service.getQueueClient(name).peekMessages({ numberOfMessages: 1 });
    if (peekedMessageItems.length > 0) return true;
  }
  return false;
}
