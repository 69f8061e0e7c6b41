import { QueueServiceClient } from '@azure/storage-queue';
import type { QueueClient } from '@azure/storage-queue';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildBundle } from '../../dev/build.ts';
import type { HostLogLine } from '../../dev/host/host-log.ts';
import { startStack } from '../../dev/stack.ts';
import type { Stack } from '../../dev/stack.ts';
import { openGate } from './gate.ts';
import type { Gate } from './gate.ts';

export interface GatedStack {
  stack: Stack;
  gate: Gate;
  lines: HostLogLine[];
  /** Clients that bypass the proxy. */
  queue: QueueClient;
  poison: QueueClient;
  close(): Promise<void>;
}

/** A stack in memory that runs test/host/fixtures/gated.ts; its host is started unless `host` is false. */
export async function startGatedStack(settings: Record<string, string> = {}, host = true): Promise<GatedStack> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-gated-'));
  const entryPoint = resolve(__dirname, 'fixtures/gated.ts');
  const bundle = await buildBundle({ entryPoint, bundle: join(folder, 'gated.cjs') });
  const gate = await openGate();
  const lines: HostLogLine[] = [];
  const stack = await startStack({
    bundle,
    host,
    prepare: () => undefined,
    settings: ({ connectionString }) => ({
      AzureWebJobsStorage: connectionString,
      GATE_URL: gate.url,
      WORK_QUEUE: 'work',
      // Far away, so that only the timers' tests meet it.
      HOURLY_SCHEDULE: '0 0 0 1 1 *',
      ...settings,
    }),
    onLine: (line) => lines.push(line),
  });
  const service = QueueServiceClient.fromConnectionString(stack.storage.connectionString);
  const queue = service.getQueueClient('work');
  const poison = service.getQueueClient('work-poison');
  await Promise.all([queue.createIfNotExists(), poison.createIfNotExists()]);
  return {
    stack,
    gate,
    lines,
    queue,
    poison,
    async close() {
      gate.close();
      await stack.stop();
      await rm(folder, { recursive: true });
    },
  };
}
