import { once } from 'node:events';
import { resolve } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { z } from 'zod';
import { spawnNodeChild, type NodeChild } from '../child-process.ts';
import type { Stack } from '../stack.ts';
import { startBenchStack } from './bench-stack.ts';
import {
  benchTenantId,
  benchUserId,
  queueFunctions,
  roleGroups,
  timerFunctions,
  withoutFunctions,
} from './bench-tenant.ts';
import { cpuMilliseconds } from './cpu-time.ts';
import { loadResultSchema, type LoadOrder, type LoadResult } from './load-generator.ts';
import { describeLatency, percentile } from './statistics.ts';
import { textTable } from '../command-line/text-table.ts';

export interface WebhookOptions {
  readonly perSecond: number;
  readonly seconds: number;
  readonly rounds: number;
}

/** One round of one server. */
export interface WebhookLap extends LoadResult {
  /** Processor milliseconds per request: of the server, of Azurite, of the load generator. */
  readonly cpu: readonly [server: number, azurite: number, generator: number];
}

export interface WebhookResult {
  readonly app: readonly WebhookLap[];
  readonly bare: readonly WebhookLap[];
}

/** Some seconds are sent before and not counted: code is compiled, connections are opened. */
const warmUpSeconds = 5;
const bareQueue = 'bench-bare';

/**
 * Measures the webhook and the bare server in turn, under notifications of one member each with the right clientState. Consumers
 * and timers are off; every accepted notification must be on the queue afterwards.
 */
export async function measureWebhook(options: WebhookOptions, tell: (line: string) => void): Promise<WebhookResult> {
  const bench = await startBenchStack({ users: 10, strangers: 0 });
  const { stack } = bench;
  const ended: (() => Promise<unknown>)[] = [() => bench.stop()];
  try {
    const direct = { AzureWebJobsStorage: stack.storage.connectionString };
    await stack.restartHost({ ...withoutFunctions([...timerFunctions, ...queueFunctions]), ...direct });
    const bare = await startBareServer(stack);
    const generator = startChild(stack, 'load-generator.ts');
    ended.unshift(...[bare.child, generator].map((child) => () => end(child)));
    const bodies = notificationBodies(stack);
    const targets = {
      bare: { url: bare.url, queueName: bareQueue, pid: pidOf(bare.child) },
      app: { url: `${stack.urls.host}/api/graph/notifications`, queueName: 'reconcile-user', pid: stack.host.pid },
    } as const;
    const results = { app: new Array<WebhookLap>(), bare: new Array<WebhookLap>() };
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const who of ['bare', 'app'] as const) {
        const order = { url: targets[who].url, bodies, perSecond: options.perSecond };
        await measureLap(stack, generator, targets[who], { ...order, seconds: warmUpSeconds });
        const lap = await measureLap(stack, generator, targets[who], { ...order, seconds: options.seconds });
        results[who].push(lap);
        tell(`round ${round}, ${who}: ${describe(lap)}`);
      }
    }
    return results;
  } finally {
    for (const stop of ended) await stop();
  }
}

async function measureLap(
  stack: Stack,
  generator: NodeChild,
  target: { readonly queueName: string; readonly pid: number },
  order: LoadOrder,
): Promise<WebhookLap> {
  const pids = [target.pid, stack.storage.pid, pidOf(generator)];
  const before = pids.map(cpuMilliseconds);
  const result = loadResultSchema.parse(await generator.ask({ ...order }));
  const used = pids.map((pid, index) => cpuMilliseconds(pid) - (before[index] ?? 0));
  await emptyQueue(stack, target.queueName, result.statuses['202'] ?? 0);
  const [server = 0, azurite = 0, generated = 0] = used.map((cpu) => cpu / result.milliseconds.length);
  return { ...result, cpu: [server, azurite, generated] };
}

function startChild(stack: Stack, script: string, environment: Record<string, string> = {}): NodeChild {
  return spawnNodeChild({
    arguments: [resolve(import.meta.dirname, script)],
    environment,
    clockOffset: stack.clock.offset(),
    onLine: (line) => {
      console.error(line);
    },
  });
}

async function end(child: NodeChild): Promise<void> {
  if (child.process.connected) child.process.disconnect();
  await child.exited;
}

const startedSchema = z.tuple([z.object({ type: z.literal('started'), port: z.number() })]).rest(z.unknown());

async function startBareServer(stack: Stack): Promise<{ child: NodeChild; url: string }> {
  const environment = { BENCH_STORAGE: stack.storage.connectionString, BENCH_QUEUE: bareQueue };
  const child = startChild(stack, 'bare-server.ts', environment);
  const [{ port }] = startedSchema.parse(await once(child.process, 'message'));
  return { child, url: `http://127.0.0.1:${port}/` };
}

/** As the simulator sends them: one entry per POST, one member each, users and groups in turn. */
function notificationBodies(stack: Stack): string[] {
  const { subscriptions } = stack.simulator.world.tenant(benchTenantId);
  const subscription = [...subscriptions.values()].find(({ resource }) => /groups/i.test(resource));
  if (subscription === undefined) throw new Error('The app has no subscription for groups.');
  return roleGroups.map((groupId, index) =>
    JSON.stringify({
      value: [
        {
          changeType: 'updated',
          clientState: subscription.clientState,
          resource: `Groups/${groupId}`,
          resourceData: {
            '@odata.type': '#Microsoft.Graph.Group',
            '@odata.id': `Groups/${groupId}`,
            id: groupId,
            organizationId: benchTenantId,
            'members@delta': [{ id: benchUserId(index % 10) }],
          },
          subscriptionExpirationDateTime: subscription.expirationDateTime,
          subscriptionId: subscription.id,
          tenantId: benchTenantId,
        },
      ],
    }),
  );
}

/** Empties the queue; throws when it does not hold one message per accepted notification. */
async function emptyQueue({ storage }: Stack, queueName: string, expected: number): Promise<void> {
  const queue = QueueServiceClient.fromConnectionString(storage.connectionString).getQueueClient(queueName);
  const { approximateMessagesCount } = await queue.getProperties();
  if (approximateMessagesCount !== expected) {
    throw new Error(
      `${expected} requests were accepted, but ${approximateMessagesCount ?? 0} messages are on the queue.`,
    );
  }
  await queue.clearMessages();
}

function pidOf({ process }: NodeChild): number {
  return process.pid ?? 0;
}

function describe({ milliseconds, statuses }: LoadResult): string {
  const refused = Object.entries(statuses).filter(([status]) => status !== '202');
  const others = refused.map(([status, count]) => `, ${count} answers ${status}`).join('');
  return `${describeLatency(milliseconds)}${others}`;
}

/** The round with the median p99 stands for a server: a pause of the machine spoils one round, not the figure. */
export function describeWebhook({ app, bare }: WebhookResult): string[] {
  const p99 = ({ milliseconds }: LoadResult): number => percentile(milliseconds, 0.99);
  const row = (title: string, laps: readonly WebhookLap[]): string[] => {
    const middle = laps.toSorted((a, b) => p99(a) - p99(b))[Math.floor((laps.length - 1) / 2)];
    if (middle === undefined) throw new Error('No round was measured.');
    return [title, describe(middle), ...middle.cpu.map((milliseconds) => milliseconds.toFixed(2))];
  };
  return textTable([
    ['median round', 'from when a request was due', 'processor ms of it', 'of Azurite', 'of the generator'],
    row('bare server', bare),
    row('webhook', app),
  ]);
}
