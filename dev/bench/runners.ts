import { resolve } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { spawnNodeChild, type NodeChild } from '../child-process.ts';
import type { HostLogLine } from '../host/host-log.ts';
import { login } from './bench-login.ts';
import type { BenchStack } from './bench-stack.ts';
import { benchTenantId, roleGroups } from './bench-tenant.ts';
import { handResultSchema, type HandOrder } from './hand-loop.ts';

/** Somebody who reconciles users as fast as they can. */
export interface Runner {
  /** The process whose time is theirs. */
  pid(): number;
  /** What has to lie ready before the run; not measured. */
  prepare(userIds: readonly string[]): Promise<void>;
  /** Reconciles the users that were prepared; resolves with the milliseconds it took. */
  run(userIds: readonly string[], connectionString: string): Promise<number>;
  /** Forgets the messages that a run leaves behind. */
  clear(): Promise<void>;
}

/** Reconciles at a time, as host.json allows: `batchSize` 16 and `newBatchThreshold` 8. */
const lanes = 24;
const delaySeconds = 60;

/** Counts what the app says of its reconciles; asking the host all the time would cost it more than a reconcile does. */
export interface ReconcileWatch {
  onLine(line: HostLogLine): void;
  count(): number;
  /** Resolves when so many have been done in all; rejects when one failed. */
  until(count: number): Promise<void>;
}

export function watchReconciles(): ReconcileWatch {
  let done = 0;
  let awaited: { readonly count: number; readonly end: PromiseWithResolvers<undefined> } | undefined;
  return {
    count: () => done,
    onLine({ function: name, level, message }) {
      if (name !== 'reconcileUser') return;
      if (level !== 'information') awaited?.end.reject(new Error(`A reconcile failed: ${message}`));
      else if (message.includes('A user was reconciled.')) done += 1;
      if (awaited !== undefined && done >= awaited.count) awaited.end.resolve(undefined);
    },
    async until(count) {
      awaited = { count, end: Promise.withResolvers<undefined>() };
      if (done < count) await awaited.end.promise;
    },
  };
}

/** The app: messages on its queue, which all become visible at once when the clock jumps. */
export function createAppRunner(bench: BenchStack, watch: ReconcileWatch): Runner {
  const { stack } = bench;
  return {
    pid: () => stack.host.pid,
    prepare: (userIds) => bench.enqueue(userIds, { delaySeconds }),
    async run(userIds) {
      const finished = watch.until(watch.count() + userIds.length);
      const startedAt = performance.now();
      await stack.advance(delaySeconds * 1000);
      await finished;
      return performance.now() - startedAt;
    },
    async clear() {
      await stack.settled();
      await bench.clearQueues();
    },
  };
}

/** The loop's process, to be ended by disconnecting from it. */
export function startHandLoop({ stack }: BenchStack): NodeChild {
  return spawnNodeChild({
    arguments: [resolve(import.meta.dirname, 'hand-loop.ts')],
    environment: { NODE_EXTRA_CA_CERTS: stack.certificate.file },
    clockOffset: stack.clock.offset(),
    onLine: (line) => {
      console.error(line);
    },
  });
}

/** The hand-written loop over a list of users; with a queue's name it takes them from there. */
export function createLoopRunner(bench: BenchStack, child: NodeChild, queueName?: string): Runner {
  const { stack } = bench;
  let token = '';
  const onQueue = async (work: (queue: string) => Promise<unknown>): Promise<void> => {
    token = await login(stack);
    if (queueName !== undefined) await work(queueName);
  };
  const queueOf = (name: string) =>
    QueueServiceClient.fromConnectionString(stack.storage.connectionString).getQueueClient(name);
  return {
    pid: () => child.process.pid ?? 0,
    prepare: (userIds) =>
      onQueue(async (name) => {
        await queueOf(name).createIfNotExists();
        await bench.enqueue(userIds, { queueName: name });
      }),
    async run(userIds, connectionString) {
      const order: HandOrder = {
        tenantId: benchTenantId,
        connectionString,
        graphUrl: stack.simulator.url,
        token,
        roles: Object.fromEntries(roleGroups.map((id, index) => [id, `role-${index + 1}`])),
        userIds: [...userIds],
        lanes,
        ...(queueName !== undefined && { queueName }),
      };
      const { milliseconds, error } = handResultSchema.parse(await child.ask({ ...order }));
      if (error !== undefined) throw new Error(`The loop failed: ${error}`);
      return milliseconds;
    },
    clear: () => onQueue((name) => queueOf(name).clearMessages()),
  };
}
