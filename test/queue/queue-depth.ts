import type { Queues } from '../../src/lib/queue/connect-queues.ts';

/** Messages on each queue; delayed and leased ones count. */
export async function queueDepth(queues: Queues): Promise<Readonly<Record<string, number>>> {
  const clients = [...Object.values(queues.work), ...Object.values(queues.poison)];
  const depths = clients.map(async (client): Promise<[string, number]> => {
    const { approximateMessagesCount } = await client.getProperties();
    return [client.name, approximateMessagesCount ?? 0];
  });
  return Object.fromEntries(await Promise.all(depths));
}
