import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { inParallel } from '../../src/lib/in-parallel.ts';
import type { HostLogLine } from '../host/host-log.ts';
import { startStack, type Stack } from '../stack.ts';
import { benchRules, benchSettings, benchTenantId, createBenchTenant, type BenchPeople } from './bench-tenant.ts';

export interface BenchStack {
  readonly stack: Stack;
  /**
   * Sends a reconcile request for each user, visible after `delaySeconds` (0), to the app's own queue if none is named;
   * to Azurite itself, so it is not counted.
   */
  enqueue(userIds: readonly string[], options?: { delaySeconds?: number; queueName?: string }): Promise<void>;
  /** Forgets every message of the app's queues, delayed second looks included. */
  clearQueues(): Promise<void>;
  stop(): Promise<void>;
}

const setUpLimit = 300_000;

/**
 * Starts a local stack with the bench tenant and waits until rules are in force, subscriptions made and all users recorded.
 * Graph's throttling is off: a tenant of this size would be limited to 800 resource units a second. Warnings of the app are
 * printed: they belong to the figures.
 */
export async function startBenchStack(
  people: BenchPeople,
  onLine: (line: HostLogLine) => void = () => undefined,
): Promise<BenchStack> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-bench-'));
  const rulesFile = join(folder, 'rules.json');
  await writeFile(rulesFile, JSON.stringify(benchRules));
  const stack = await startStack({
    settings: (urls) => benchSettings(urls, rulesFile),
    prepare: (world) => {
      createBenchTenant(world, people);
      world.control.settings.throttling = false;
    },
    onLine: (line) => {
      if (line.level !== 'information') console.error(`${line.level}: ${line.message}`);
      onLine(line);
    },
  });
  const bench = benchStack(stack, async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  });
  try {
    await setUp(bench, people.users);
  } catch (error) {
    await bench.stop();
    throw error;
  }
  return bench;
}

function benchStack(stack: Stack, stop: () => Promise<void>): BenchStack {
  const queues = QueueServiceClient.fromConnectionString(stack.storage.connectionString);
  return {
    stack,
    stop,
    async enqueue(userIds, { delaySeconds = 0, queueName = 'reconcile-user' } = {}) {
      const queue = queues.getQueueClient(queueName);
      const options = { messageTimeToLive: -1, visibilityTimeout: delaySeconds };
      await inParallel(userIds, 16, async (userId) => {
        await queue.sendMessage(reconcileRequest(userId), options);
      });
    },
    async clearQueues() {
      for (const name of ['reconcile-user', 'reconcile-user-bulk', 'jobs']) {
        await queues.getQueueClient(name).clearMessages();
      }
    },
  };
}

/** A request as it travels on the queue. */
function reconcileRequest(userId: string): string {
  return JSON.stringify({
    v: 1,
    tenantId: benchTenantId,
    userId,
    reason: 'manual',
    causeId: 'bench',
    enqueuedDateTime: new Date().toISOString(),
    attempt: 0,
  });
}

async function setUp(bench: BenchStack, users: number): Promise<void> {
  const { stack } = bench;
  await stack.host.run('catchUp');
  await stack.settled({ limit: setUpLimit });
  const recorded = await countRecords(stack);
  if (recorded !== users) throw new Error(`Of ${users} users ${recorded} were recorded.`);
  if (stack.simulator.world.tenant(benchTenantId).subscriptions.size === 0)
    throw new Error('No subscription was made.');
  await bench.clearQueues();
}

async function countRecords({ storage }: Stack): Promise<number> {
  const table = TableClient.fromConnectionString(storage.connectionString, 'access', { allowInsecureConnection: true });
  let count = 0;
  for await (const row of table.listEntities({ queryOptions: { filter: "RowKey eq 'record'", select: ['RowKey'] } })) {
    if (row.rowKey === 'record') count += 1;
  }
  return count;
}
