import { odata, RestError } from '@azure/data-tables';
import { randomUUID } from 'node:crypto';
import { startAzurite, type Storage } from '../../dev/azurite/start-azurite.ts';
import { connectTables, createTablesIfMissing, tableNames, type Tables } from '../../src/lib/record/connect-tables.ts';
import type { PipelinePolicy, PipelineResponse } from '../../src/lib/record/pipeline.ts';

/** Tables on an Azurite of their own, with what tests need to see and to disturb. */
export interface TestTables {
  readonly tables: Tables;
  readonly storage: Storage;
  /** Requests since the last call, as `POST access` or `POST access/$batch`. */
  takeRequests(): string[];
  /** The answers to the next so many writes are lost on their way back; the SDK then repeats the request. */
  loseAnswers(count: number): void;
  /** Called before each request goes out; may wait, so that a test decides who comes first. */
  beforeRequest: ((request: string) => Promise<void>) | undefined;
  stop(): Promise<void>;
}

export async function startTables(): Promise<TestTables> {
  const storage = await startAzurite();
  const tables = connectTables({ connectionString: storage.connectionString });
  await createTablesIfMissing(tables);
  let requests: string[] = [];
  let toLose = 0;
  const test: TestTables = {
    tables,
    storage,
    takeRequests: () => requests.splice(0),
    loseAnswers: (count) => (toLose = count),
    beforeRequest: undefined,
    stop: () => storage.stop(),
  };
  const observe: PipelinePolicy = {
    name: 'observePolicy',
    sendRequest: async (request, next): Promise<PipelineResponse> => {
      const label = describeRequest(request.method, request.url);
      await test.beforeRequest?.(label);
      requests.push(label);
      const response = await next(request);
      if (request.method !== 'GET' && toLose > 0 && response.status < 300) {
        toLose -= 1;
        throw new RestError('The answer was lost.', { code: 'ECONNRESET', request });
      }
      return response;
    },
  };
  for (const name of tableNames) tables[name].pipeline.addPolicy(observe, { afterPhase: 'Retry' });
  requests = [];
  return test;
}

/** A tenant of its own keeps each test apart without emptying tables. */
export function freshId(): string {
  return randomUUID();
}

/** How many users have open work, as the table shows it. */
export async function countOpen(tables: Tables, tenantId: string): Promise<number> {
  const filter = odata`PartitionKey eq ${tenantId} and RowKey ge 'open|' and RowKey lt 'open}'`;
  return (await collect(tables.work.listEntities({ queryOptions: { filter } }))).length;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A clock that stands still until a test moves it. */
export function testClock(start = '2026-11-02T08:00:00.000Z'): { now(): Date; advance(milliseconds: number): void } {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    advance: (milliseconds) => (time += milliseconds),
  };
}

function describeRequest(method: string, url: string): string {
  const path = new URL(url).pathname.split('/').slice(2).join('/');
  return `${method} ${path.replace(/\(.*$/, '')}`;
}
