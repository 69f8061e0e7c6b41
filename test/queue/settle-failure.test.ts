import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { startAzurite, type Storage } from '../../dev/azurite/start-azurite.ts';
import {
  AccessDeniedError,
  ConflictError,
  InvalidInputError,
  UnavailableError,
  type FailureKind,
} from '../../src/lib/errors.ts';
import type { JobRequest, ReconcileRequest } from '../../src/lib/model/request.ts';
import type { Ports } from '../../src/lib/ports.ts';
import { connectQueues, createQueuesIfMissing, type Queues } from '../../src/lib/queue/connect-queues.ts';
import { parseJobRequest, parseReconcileRequest } from '../../src/lib/queue/parse-request.ts';
import { createJobQueue, createReconcileQueue } from '../../src/lib/queue/request-queues.ts';
import { pauseSeconds, settleFailure, settleJobFailure } from '../../src/lib/queue/settle-failure.ts';
import { connectTables, createTablesIfMissing, type Tables } from '../../src/lib/record/connect-tables.ts';
import { createWorkTable } from '../../src/lib/record/work-table.ts';
import { countOpen } from '../record/azurite-tables.ts';
import { unexpectedPorts } from '../unit/unexpected-ports.ts';

let storage: Storage;
let queues: Queues;
let tables: Tables;
beforeAll(async () => {
  storage = await startAzurite();
  queues = connectQueues({ connectionString: storage.connectionString });
  await createQueuesIfMissing(queues);
  tables = connectTables({ connectionString: storage.connectionString });
  await createTablesIfMissing(tables);
});
beforeEach(() => Promise.all(Object.values(queues.work).map((queue) => queue.clearMessages())));
afterAll(() => storage.stop());

async function freshPorts(): Promise<Ports> {
  const tenantId = randomUUID();
  const clock = { now: () => new Date('2026-11-02T08:00:00.000Z') };
  const { log } = unexpectedPorts();
  return unexpectedPorts({
    tenantId,
    clock,
    random: () => 0,
    work: createWorkTable(tables, tenantId, { clock, log }),
    reconcileQueue: createReconcileQueue(queues),
    jobQueue: createJobQueue(queues),
  });
}

const again = { dequeueCount: 1, maxDequeueCount: 5 };
const last = { dequeueCount: 5, maxDequeueCount: 5 };

function requestOf({ tenantId }: Ports, parts: Partial<ReconcileRequest> = {}): ReconcileRequest {
  const enqueuedDateTime = '2026-11-02T08:00:00.000Z';
  const request = { v: 1, reason: 'delta', causeId: 'c', attempt: 0, enqueuedDateTime } as const;
  return { ...request, tenantId, userId: randomUUID(), ...parts };
}

/** What was sent again, once the clock has passed any pause. */
async function sentAgain(queue: keyof Queues['work']): Promise<unknown[]> {
  await storage.setClockOffset(2 * 3_600_000);
  const { receivedMessageItems } = await queues.work[queue].receiveMessages({ numberOfMessages: 32 });
  await storage.setClockOffset(0);
  return receivedMessageItems.map((message): unknown => JSON.parse(message.messageText));
}

describe('a reconcile that failed', () => {
  const unavailable = new UnavailableError('The directory is throttling.', { retryAfterSeconds: 30 });

  it.each<[FailureKind, Error]>([
    ['again', new Error('anything unforeseen')],
    ['again', new ConflictError('a lost race')],
  ])('%s is thrown to the queue, and on its last attempt becomes open work', async (_kind, error) => {
    const ports = await freshPorts();
    const request = requestOf(ports);
    expect(await settleFailure(ports, error, request, 'fresh', again)).toBe('throw');
    expect(await countOpen(tables, ports.tenantId)).toBe(0);
    expect(await settleFailure(ports, error, request, 'fresh', last)).toBe('done');
    expect(await countOpen(tables, ports.tenantId)).toBe(1);
    expect(await sentAgain('reconcile-user')).toEqual([]);
  });

  it('for good becomes open work at once', async () => {
    const ports = await freshPorts();
    expect(await settleFailure(ports, new InvalidInputError('no'), requestOf(ports), 'fresh', again)).toBe('done');
    expect(await countOpen(tables, ports.tenantId)).toBe(1);
  });

  it.each([unavailable, new AccessDeniedError('consent is missing')])(
    'because of %s is sent again on its lane, burning no attempt of the queue',
    async (error) => {
      const ports = await freshPorts();
      const request = requestOf(ports, { hint: { membership: 'left' }, traceparent: 't' });
      expect(await settleFailure(ports, error, request, 'bulk', last)).toBe('done');
      const [sent, ...others] = await sentAgain('reconcile-user-bulk');
      expect(others).toEqual([]);
      expect(parseReconcileRequest(sent)).toEqual({ ...request, attempt: 1 });
      expect(await countOpen(tables, ports.tenantId)).toBe(0);
    },
  );

  it('for long is open work instead of a message of its own', async () => {
    const ports = await freshPorts();
    const userId = randomUUID();
    const opened: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await settleFailure(ports, unavailable, requestOf(ports, { userId, attempt }), 'fresh', again);
      opened.push(await countOpen(tables, ports.tenantId));
    }
    expect(opened).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
    expect(await sentAgain('reconcile-user')).toHaveLength(6);
  });

  it('whose own settling fails is thrown, so that nothing is forgotten', async () => {
    const ports = await freshPorts();
    const deaf = { ...ports, reconcileQueue: { send: () => Promise.reject(new Error('no queue')) } };
    await expect(settleFailure(deaf, unavailable, requestOf(ports), 'fresh', again)).rejects.toThrow('no queue');
  });
});

describe('a job that failed', () => {
  const job = (ports: Ports): JobRequest => ({ ...requestOf(ports), kind: 'expand', id: 'g', continues: false });

  it('is thrown to the queue each time: its message becomes poison and is taken back from there', async () => {
    const ports = await freshPorts();
    expect(await settleJobFailure(ports, new Error('again'), job(ports), again)).toBe('throw');
    expect(await settleJobFailure(ports, new Error('again'), job(ports), last)).toBe('throw');
  });

  it('is finished when it can not be done', async () => {
    const ports = await freshPorts();
    expect(await settleJobFailure(ports, new InvalidInputError('no'), job(ports), again)).toBe('done');
    expect(await sentAgain('jobs')).toEqual([]);
  });

  it('because the other side is not available is sent again', async () => {
    const ports = await freshPorts();
    expect(await settleJobFailure(ports, new UnavailableError('not now'), job(ports), last)).toBe('done');
    const [sent] = await sentAgain('jobs');
    expect(parseJobRequest(sent)).toMatchObject({ kind: 'expand', id: 'g', attempt: 1 });
  });
});

describe('the pause', () => {
  it.each([
    [0, 5],
    [1, 10],
    [2, 20],
    [5, 160],
    [6, 300],
    [50, 300],
  ])('before attempt %i is %i seconds without jitter', (attempt, seconds) => {
    expect(pauseSeconds(new UnavailableError('not now'), attempt, () => 0)).toBe(seconds);
  });

  it('is never shorter than the other side asked for, nor a quarter longer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2800 }),
        fc.nat(20),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (asked, attempt, random) => {
          const error = new UnavailableError('throttled', { retryAfterSeconds: asked });
          const seconds = pauseSeconds(error, attempt, () => random);
          expect(seconds).toBeGreaterThanOrEqual(Math.max(1, asked));
          expect(seconds).toBeLessThanOrEqual(Math.ceil(asked * 1.25) + 1);
        },
      ),
    );
  });
});
