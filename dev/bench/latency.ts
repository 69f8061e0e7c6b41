import { request as sendRequest, Agent } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import type { HostLogLine } from '../host/host-log.ts';
import type { Stack } from '../stack.ts';
import { login } from './bench-login.ts';
import { startBenchStack } from './bench-stack.ts';
import { benchTenantId, benchUserId, roleGroups, timerFunctions, withoutFunctions } from './bench-tenant.ts';
import { describeLatency } from './statistics.ts';
import { textTable } from '../command-line/text-table.ts';

/** Milliseconds from the moment a change was asked of Graph. */
export interface LatencyResult {
  /** Until the write was answered by Graph. */
  readonly written: readonly number[];
  /** Until the webhook had enqueued the user. */
  readonly enqueued: readonly number[];
  /** Until the record said so. */
  readonly recorded: readonly number[];
}

/** How often the table is asked; the time to the record is measured as much too long at most. */
const pollMilliseconds = 5;
const giveUp = 20_000;

/**
 * Measures one change after the other on an idle app: a user joins a group through Graph's own write call, the notification is
 * delivered at once, and the table is asked until the record has its second revision. Between changes the host's polling
 * slows down to its longest interval, and a random pause keeps the changes from falling in step with it.
 */
export async function measureLatency(changes: number, tell: (line: string) => void): Promise<LatencyResult> {
  const enqueuedAt: number[] = [];
  const onLine = (line: HostLogLine): void => {
    if (line.function === 'graphNotifications' && line.message.includes('Notifications were received')) {
      enqueuedAt.push(performance.now());
    }
  };
  const bench = await startBenchStack({ users: changes, strangers: 0 }, onLine);
  const { stack } = bench;
  try {
    const direct = { AzureWebJobsStorage: stack.storage.connectionString };
    await stack.restartHost({ ...withoutFunctions(timerFunctions), ...direct });
    const join = await connectGraph(stack);
    const untilRecorded = watchRecord(stack);
    const result = { written: new Array<number>(), enqueued: new Array<number>(), recorded: new Array<number>() };
    for (let number = 0; number < changes; number += 1) {
      await setTimeout(700 + Math.random() * 500);
      enqueuedAt.length = 0;
      const startedAt = performance.now();
      await join(roleGroups[number % roleGroups.length] ?? '', benchUserId(number));
      result.written.push(performance.now() - startedAt);
      await untilRecorded(benchUserId(number));
      result.recorded.push(performance.now() - startedAt);
      result.enqueued.push((enqueuedAt[0] ?? Number.NaN) - startedAt);
      if ((number + 1) % 50 === 0) tell(`${number + 1} changes: ${describeLatency(result.recorded)}`);
    }
    return result;
  } finally {
    await bench.stop();
  }
}

async function connectGraph(stack: Stack): Promise<(groupId: string, userId: string) => Promise<void>> {
  const token = await login(stack);
  const agent = new Agent({ keepAlive: true, ca: stack.certificate.cert });
  const graph = `${stack.simulator.url}/v1.0`;
  return async (groupId, userId) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const asked = sendRequest(`${graph}/groups/${groupId}/members/$ref`, { method: 'POST', agent, headers });
    asked.end(JSON.stringify({ '@odata.id': `${graph}/directoryObjects/${userId}` }));
    const [response] = z.tuple([z.custom<IncomingMessage>()]).parse(await once(asked, 'response'));
    const said = await text(response);
    if (response.statusCode !== 204) throw new Error(`The membership was not added: ${said}`);
  };
}

const revisionSchema = z.looseObject({ revision: z.number() });

function watchRecord({ storage }: Stack): (userId: string) => Promise<void> {
  const table = TableClient.fromConnectionString(storage.connectionString, 'access', { allowInsecureConnection: true });
  return async (userId) => {
    const deadline = performance.now() + giveUp;
    for (;;) {
      const row = await table.getEntity(`${benchTenantId}|${userId}`, 'record', {
        queryOptions: { select: ['revision'] },
      });
      if (revisionSchema.parse(row).revision > 1) return;
      if (performance.now() > deadline) throw new Error(`The record of ${userId} has not changed in 20 s.`);
      await setTimeout(pollMilliseconds);
    }
  };
}

export function describeLatencies({ written, enqueued, recorded }: LatencyResult): string[] {
  return textTable([
    ['from the change until', `of ${recorded.length} changes`],
    ['Graph has answered the write', describeLatency(written)],
    ['the webhook has enqueued the user', describeLatency(enqueued)],
    ['the record has changed', describeLatency(recorded)],
  ]);
}
