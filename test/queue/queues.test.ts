import type { QueueClient } from '@azure/storage-queue';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { startAzurite, type Storage } from '../../dev/azurite/start-azurite.ts';
import { InvalidInputError, NoAnswerError } from '../../src/lib/errors.ts';
import { createLog } from '../../src/lib/log.ts';
import type { JobRequest, ReconcileRequest } from '../../src/lib/model/request.ts';
import { connectQueues, createQueuesIfMissing, type Queues } from '../../src/lib/queue/connect-queues.ts';
import { drainPoison, drainPoisonQueues } from '../../src/lib/queue/drain-poison.ts';
import { onQueue } from '../../src/lib/queue/on-queue.ts';
import { parseJobRequest, parseReconcileRequest } from '../../src/lib/queue/parse-request.ts';
import { createJobQueue, createReconcileQueue } from '../../src/lib/queue/request-queues.ts';
import { until } from '../simulator/until.ts';
import { queueDepth } from './queue-depth.ts';

const enqueuedDateTime = '2026-11-02T08:00:00.000Z';
let storage: Storage;
let queues: Queues;
beforeAll(async () => {
  storage = await startAzurite();
  queues = connectQueues({ connectionString: storage.connectionString });
  await createQueuesIfMissing(queues);
  await createQueuesIfMissing(queues);
});
afterEach(async () => {
  const all = [...Object.values(queues.work), ...Object.values(queues.poison)];
  await Promise.all(all.map((queue) => queue.clearMessages()));
});
afterAll(() => storage.stop());

function reconcileRequest(parts: Partial<ReconcileRequest> = {}): ReconcileRequest {
  const ids = { tenantId: randomUUID(), userId: randomUUID(), causeId: 'cause' };
  return { v: 1, ...ids, reason: 'notification', enqueuedDateTime, attempt: 0, ...parts };
}

async function texts(queue: QueueClient): Promise<string[]> {
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
  return receivedMessageItems.map((message) => message.messageText);
}

describe('requests on the wire', () => {
  it('go to the queue of their lane as plain JSON objects, and are read back as they were sent', async () => {
    const queue = createReconcileQueue(queues);
    const [fresh, bulk] = [reconcileRequest(), reconcileRequest({ hint: { membership: 'joined' } })];
    await queue.send([fresh], 'fresh');
    await queue.send([bulk], 'bulk');
    const [onFresh = '', ...others] = await texts(queues.work['reconcile-user']);
    expect(others).toEqual([]);
    expect(onFresh.startsWith('{')).toBe(true);
    expect(parseReconcileRequest(JSON.parse(onFresh))).toEqual(fresh);
    const [onBulk = ''] = await texts(queues.work['reconcile-user-bulk']);
    expect(parseReconcileRequest(JSON.parse(onBulk))).toEqual(bulk);
  });

  it('never expire, and hold only ASCII', async () => {
    const job: JobRequest = {
      v: 1,
      tenantId: randomUUID(),
      kind: 'expand',
      id: 'g',
      causeId: 'zoë 😀 \u0007',
      enqueuedDateTime,
      attempt: 0,
      continues: false,
    };
    await createJobQueue(queues).send(job);
    const { receivedMessageItems } = await queues.work.jobs.receiveMessages();
    expect(receivedMessageItems[0]?.expiresOn.getUTCFullYear()).toBe(9999);
    const text = receivedMessageItems[0]?.messageText ?? '';
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(parseJobRequest(JSON.parse(text))).toEqual(job);
  });

  it('can be delayed', async () => {
    await createReconcileQueue(queues).send([reconcileRequest()], 'fresh', 600);
    expect(await texts(queues.work['reconcile-user'])).toEqual([]);
    await storage.setClockOffset(601_000);
    expect(await texts(queues.work['reconcile-user'])).toHaveLength(1);
    await storage.setClockOffset(0);
  });

  it('are all there when sending returns', async () => {
    await createReconcileQueue(queues).send(
      Array.from({ length: 100 }, () => reconcileRequest()),
      'bulk',
    );
    expect(await queueDepth(queues)).toEqual({
      'reconcile-user': 0,
      'reconcile-user-bulk': 100,
      jobs: 0,
      'reconcile-user-poison': 0,
      'reconcile-user-bulk-poison': 0,
      'jobs-poison': 0,
    });
  });

  it('fail as a whole when the queue is not there', async () => {
    await queues.work.jobs.delete();
    const job = { v: 1, kind: 'renew', id: '', causeId: '', enqueuedDateTime, attempt: 0, continues: false } as const;
    await expect(createJobQueue(queues).send({ ...job, tenantId: randomUUID() })).rejects.toThrow();
    await createQueuesIfMissing(queues);
  });
});

describe('poison messages', () => {
  it('are each handed over and then taken off, whatever they hold', async () => {
    const poison = queues.poison['reconcile-user'];
    for (const text of ['{"userId":"u"}', 'not JSON', '5']) await poison.sendMessage(text);
    const seen: unknown[] = [];
    expect(await drainPoison(poison, async (payload) => void seen.push(payload))).toBe(3);
    expect(seen).toEqual(expect.arrayContaining([{ userId: 'u' }, 'not JSON', 5]));
    expect((await queueDepth(queues))['reconcile-user-poison']).toBe(0);
  });

  it('stay when they could not be handled, and do not keep the others', async () => {
    const poison = queues.poison.jobs;
    for (const text of ['"bad"', '"good"', '"bad too"']) await poison.sendMessage(text);
    const seen: unknown[] = [];
    const drained = drainPoison(poison, async (payload) => {
      if (String(payload).startsWith('bad')) throw new Error(`${String(payload)} can't be written down`);
      seen.push(payload);
    });
    await expect(drained).rejects.toThrow('2 poison messages');
    expect(seen).toEqual(['good']);
    expect((await queueDepth(queues))['jobs-poison']).toBe(2);
  });
});

describe('the poison queues', () => {
  it('are emptied, each message with the lane it came from (promise 6)', async () => {
    for (const queue of Object.values(queues.poison)) await queue.sendMessage(JSON.stringify(queue.name));
    const seen: string[] = [];
    const note = async (payload: unknown, lane: string) => void seen.push(`${String(payload)} ${lane}`);
    expect(
      await drainPoisonQueues(
        queues.poison,
        note,
        createLog(() => undefined),
      ),
    ).toBe(3);
    expect(seen.sort()).toEqual([
      'jobs-poison fresh',
      'reconcile-user-bulk-poison bulk',
      'reconcile-user-poison fresh',
    ]);
  });

  it('do not wait for one that is out of reach, which is reported', async () => {
    const lines: string[] = [];
    await queues.poison['reconcile-user'].delete();
    await queues.poison.jobs.sendMessage('"job"');
    const seen: unknown[] = [];
    const note = async (payload: unknown) => void seen.push(payload);
    const log = createLog((_level, line) => lines.push(line));
    await expect(drainPoisonQueues(queues.poison, note, log)).rejects.toThrow('1 poison queues');
    expect(seen).toEqual(['job']);
    expect(lines).toEqual([expect.stringContaining('"queue":"reconcile-user"')]);
    await createQueuesIfMissing(queues);
  });
});

describe('a queue service that keeps silent', () => {
  it('is waited for no longer than the limit, and its connection is closed', async () => {
    let closed = false;
    const silent = createServer(({ socket }) => void socket.on('close', () => (closed = true)));
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const account = 'DefaultEndpointsProtocol=http;AccountName=silent;AccountKey=c2lsZW50';
    const connectionString = `${account};QueueEndpoint=http://127.0.0.1:${port}/silent;`;
    const { jobs } = connectQueues({ connectionString }).work;
    const sent = onQueue(jobs, (abortSignal) => jobs.sendMessage('m', { abortSignal }), 100);
    await expect(sent).rejects.toThrow(new NoAnswerError('The queue jobs gave no answer in 0.1 seconds.'));
    await until('the connection is closed', () => closed);
    await new Promise((resolve) => void silent.close(resolve));
  });
});

describe('what a message says', () => {
  it('has ids in lower case', () => {
    const { tenantId, userId } = reconcileRequest();
    const parsed = parseReconcileRequest(
      reconcileRequest({ tenantId: tenantId.toUpperCase(), userId: userId.toUpperCase() }),
    );
    expect(parsed).toMatchObject({ tenantId, userId });
  });

  it.each([
    ['a text', 'text', 'message'],
    ['nothing', undefined, 'message'],
    ['another version', { ...reconcileRequest(), v: 2 }, 'v'],
    ['no user', { ...reconcileRequest(), userId: 'anna' }, 'userId'],
    ['an unknown reason', { ...reconcileRequest(), reason: 'because' }, 'reason'],
    ['a change', { ...reconcileRequest(), hint: { grant: 'admin' } }, 'hint'],
  ])('is refused for good when it is %s, naming the field and no value', (_name, payload, field) => {
    const parse = (): unknown => parseReconcileRequest(payload);
    expect(parse).toThrow(InvalidInputError);
    expect(parse).toThrow(new RegExp(`\\(${field}: `));
    expect(parse).not.toThrow(/anna|because|admin/);
  });
});
