import { QueueServiceClient } from '@azure/storage-queue';
import { setTimeout } from 'node:timers/promises';
import type { Host, HostStatus } from './host/spawn-host.ts';

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
    const { invoked, busy } = await look(service, options);
    if (invoked !== undefined && invoked === before) return;
    if (performance.now() > deadline) {
      throw new Error(`The stack has not settled in ${options.limit} ms: ${busy ?? 'it has only just come to rest'}.`);
    }
    before = invoked;
    await setTimeout(pause);
  }
}

/** What has been invoked so far; or, while something goes on, what that is. */
type Look =
  { readonly invoked: string; readonly busy?: undefined } | { readonly invoked?: undefined; readonly busy: string };

async function look(service: QueueServiceClient, options: SettledOptions): Promise<Look> {
  const undelivered = options.undelivered();
  if (undelivered > 0) return { busy: `${undelivered} notifications are on their way` };
  // Hosts are asked first, for storage has enough to do while they work; a message that one takes in between counts as an
  // invocation the next time.
  const statuses: HostStatus[] = [];
  for (const status of await Promise.all([...options.hosts].map((host) => host.status().catch(() => undefined)))) {
    // A host that crashes while it is asked has not settled; it is gone the next time.
    if (status === undefined) return { busy: 'a host does not answer' };
    if (status.inFlight > 0) return { busy: `${inFlight(status).join(', ')} in flight` };
    statuses.push(status);
  }
  const queue = await queueWithMessage(service);
  if (queue !== undefined) return { busy: `a message waits on ${queue}` };
  return { invoked: JSON.stringify(statuses.map(({ functions }) => functions)) };
}

function inFlight({ functions }: HostStatus): string[] {
  return Object.entries(functions)
    .filter(([, { started, succeeded, failed }]) => started > succeeded + failed)
    .map(([name]) => name);
}

/** A queue, poison queues left out, that shows a message. */
async function queueWithMessage(service: QueueServiceClient): Promise<string | undefined> {
  for await (const { name } of service.listQueues()) {
    if (name.endsWith('-poison')) continue;
    const { peekedMessageItems } = await service.getQueueClient(name).peekMessages({ numberOfMessages: 1 });
    if (peekedMessageItems.length > 0) return name;
  }
  return undefined;
}
