import type { TokenCredential } from '@azure/identity';
import { randomUUID } from 'node:crypto';
import { createDirectory } from '../../src/lib/directory/create-directory.ts';
import { createGraphClient, type GraphClient } from '../../src/lib/directory/graph-client.ts';
import { createLog } from '../../src/lib/log.ts';
import type { Clock, Directory } from '../../src/lib/ports.ts';
import { startTestTenant, type TestTenant } from '../simulator/test-tenant.ts';

/** Rolecall's directory on a simulated tenant, over the real wire. */
export interface DirectoryUnderTest {
  readonly test: TestTenant;
  readonly client: GraphClient;
  readonly directory: Directory;
  readonly clock: Clock;
  /** Every line the client logged. */
  readonly lines: readonly string[];
  /** Milliseconds the client waited, instead of waiting them. */
  readonly waits: readonly number[];
  /** Headers of every HTTP request that went over the wire. */
  readonly sent: readonly Headers[];
  /** HTTP requests and their resource units since the last call of this. */
  spent(): { requests: number; resourceUnits: number };
  /** Empties the lists above. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts it. Waits of the client move the one clock on instead of taking time. */
export async function directoryUnderTest(
  given: { permissions?: readonly string[]; timeoutMilliseconds?: number } = {},
): Promise<DirectoryUnderTest> {
  const test = await startTestTenant(given.permissions);
  const clock: Clock = { now: () => new Date(test.clock.now()) };
  const lines: string[] = [];
  const waits: number[] = [];
  const sent: Headers[] = [];
  const credential: TokenCredential = {
    getToken: async () => {
      const token = await test.accessToken(test.clientId);
      return { token, expiresOnTimestamp: test.clock.now() + 3_599_000 };
    },
  };
  const client = createGraphClient({
    graphUrl: test.simulator.url,
    credential,
    clock,
    log: createLog((_level, line) => lines.push(line)),
    newId: randomUUID,
    fetch: (input, init) => {
      sent.push(new Headers(init?.headers));
      return globalThis.fetch(input, init);
    },
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      test.clock.advance(milliseconds);
    },
    ...(given.timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds: given.timeoutMilliseconds }),
  });
  const { counters } = test.simulator.world.control;
  return {
    test,
    client,
    directory: createDirectory(client, clock),
    clock,
    lines,
    waits,
    sent,
    spent: () => {
      const { httpRequests: requests, resourceUnits } = counters.snapshot();
      counters.reset();
      return { requests, resourceUnits };
    },
    forget: () => {
      for (const list of [lines, waits, sent]) list.length = 0;
    },
    close: () => test.close(),
  };
}

/** Everything an async iterable yields, pages joined. */
export async function itemsOf<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}
