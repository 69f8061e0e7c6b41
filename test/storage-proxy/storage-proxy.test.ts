import { TableClient, TableTransaction } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import type { QueueClient } from '@azure/storage-queue';
import { startAzurite } from '../../dev/azurite/start-azurite.ts';
import type { Storage } from '../../dev/azurite/start-azurite.ts';
import { startStorageProxy } from '../../dev/storage-proxy/start-storage-proxy.ts';
import type { StorageProxy } from '../../dev/storage-proxy/start-storage-proxy.ts';

const insecure = { allowInsecureConnection: true };
const noRetry = { retryOptions: { maxRetries: 0 } };

describe('the storage proxy', () => {
  let azurite: Storage;
  let proxy: StorageProxy;
  let queue: QueueClient;
  let table: TableClient;
  let direct: TableClient;

  beforeAll(async () => {
    azurite = await startAzurite();
    proxy = await startStorageProxy(azurite);
    queue = QueueServiceClient.fromConnectionString(proxy.connectionString, {
      retryOptions: { maxTries: 2, retryDelayInMs: 1 },
    }).getQueueClient('requests');
    table = TableClient.fromConnectionString(proxy.connectionString, 'access', { ...insecure, ...noRetry });
    direct = TableClient.fromConnectionString(azurite.connectionString, 'access', insecure);
    await queue.create();
    await table.createTable();
  });

  beforeEach(async () => {
    proxy.faults.clear();
    await queue.clearMessages();
    for await (const { partitionKey = '', rowKey = '' } of direct.listEntities())
      await direct.deleteEntity(partitionKey, rowKey);
    proxy.resetCounters();
  });

  afterAll(async () => {
    await proxy.close();
    await azurite.stop();
  });

  const insert = (rowKey: string): Promise<unknown> => table.createEntity({ partitionKey: 't|u', rowKey, value: 1 });
  const rowKeys = async (): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { rowKey = '' } of direct.listEntities()) keys.push(rowKey);
    return keys;
  };

  it('passes signed queue requests and counts them by queue and verb', async () => {
    await queue.sendMessage('one');
    const [message] = (await queue.receiveMessages()).receivedMessageItems;
    const { messageId = '', popReceipt = '' } = message ?? {};
    const updated = await queue.updateMessage(messageId, popReceipt, undefined, 1);
    await queue.deleteMessage(messageId, updated.popReceipt ?? '');

    const seen = proxy.counters().map(({ service, resource, verb, count }) => [service, resource, verb, count]);
    expect(seen).toEqual([
      ['queue', 'requests', 'send', 1],
      ['queue', 'requests', 'receive', 1],
      ['queue', 'requests', 'update', 1],
      ['queue', 'requests', 'delete', 1],
    ]);
  });

  it('counts the rows of a transaction with the kinds of their keys', async () => {
    await insert('record');
    const { etag } = await table.getEntity('t|u', 'record');
    const transaction = new TableTransaction();
    transaction.updateEntity({ partitionKey: 't|u', rowKey: 'record', value: 2 }, 'Replace', { etag });
    transaction.createEntity({ partitionKey: 't|u', rowKey: 'audit|0001', text: "it's\nPOST /x HTTP/1.1" });
    await table.submitTransaction(transaction.actions);

    const seen = proxy.counters().map(({ verb, partitionKind, rowKind, inTransaction }) => {
      return [verb, partitionKind, rowKind, inTransaction];
    });
    expect(seen).toEqual([
      ['insert', 't|u', 'record', false],
      ['get', 't|u', 'record', false],
      ['transaction', 't|u', undefined, false],
      ['replace', 't|u', 'record', true],
      ['insert', 't|u', 'audit|*', true],
    ]);
    expect(proxy.requests()).toBe(3);
  });

  it('refuses a single write without executing it', async () => {
    proxy.faults.add({ match: { verb: 'insert' }, effect: { kind: 'refuse', status: 409 }, times: 1 });
    await expect(insert('a')).rejects.toMatchObject({ statusCode: 409 });
    expect(await rowKeys()).toEqual([]);
    await insert('a');
    expect(await rowKeys()).toEqual(['a']);
    expect(proxy.faults.injected()['refuse 409']).toBe(1);
  });

  it('refuses a transaction as the service does, so that the SDK reports 412', async () => {
    proxy.faults.add({ match: { verb: 'transaction' }, effect: { kind: 'refuse', status: 412 }, times: 1 });
    const submit = table.submitTransaction([['create', { partitionKey: 't|u', rowKey: 'a' }]]);
    await expect(submit).rejects.toMatchObject({ statusCode: 412, code: 'UpdateConditionNotSatisfied' });
    expect(await rowKeys()).toEqual([]);
  });

  it('lets a queue client retry a busy answer', async () => {
    proxy.faults.add({ match: { verb: 'send' }, effect: { kind: 'refuse', status: 503 }, times: 1 });
    await queue.sendMessage('one');
    expect((await queue.getProperties()).approximateMessagesCount).toBe(1);
    expect(proxy.counters().find(({ verb }) => verb === 'send')?.count).toBe(2);
  });

  it.each([
    ['loseResponse', ['a']],
    ['loseRequest', []],
  ] as const)('%s: the client cannot know what happened', async (kind, rows) => {
    proxy.faults.add({ match: { verb: 'insert' }, effect: { kind }, times: 1 });
    await expect(insert('a')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await rowKeys()).toEqual(rows);
  });

  it('calls back at the n-th write, after it is executed and before its answer is passed on', async () => {
    const rowsThen: string[][] = [];
    proxy.faults.onWrite(2, 'after', async ({ rowKind }) => {
      rowsThen.push([rowKind ?? '', ...(await rowKeys())]);
    });
    await insert('a');
    await table.getEntity('t|u', 'a');
    await insert('b');
    await insert('c');
    expect(rowsThen).toEqual([['b', 'a', 'b']]);
  });

  it('holds one operation until it is released, while others go on', async () => {
    const pause = proxy.faults.pause({ verb: 'insert', where: ({ rowKind }) => rowKind === 'held' }, 'before');
    const held = insert('held');
    await pause.reached;
    await insert('other');
    expect(await rowKeys()).toEqual(['other']);
    pause.release();
    await held;
    expect(await rowKeys()).toEqual(['held', 'other']);
  });

  it('strikes with a probability that its seed decides', async () => {
    proxy.faults.add({ match: { verb: 'query' }, effect: { kind: 'delay', milliseconds: 0 }, probability: 0.5 });
    for (let count = 0; count < 40; count += 1) await table.listEntities().next();
    const delayed = proxy.faults.injected()['delay'] ?? 0;
    expect(delayed).toBeGreaterThan(8);
    expect(delayed).toBeLessThan(32);
  });
});
