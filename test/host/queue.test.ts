import type { QueueClient } from '@azure/storage-queue';
import { startGatedStack } from './gated-stack.ts';
import type { GatedStack } from './gated-stack.ts';
import { eventually } from './eventually.ts';

const minute = 60_000;

const depth = async (queue: QueueClient): Promise<number> =>
  (await queue.getProperties()).approximateMessagesCount ?? 0;
const untilEmpty = (queue: QueueClient): Promise<number> =>
  eventually(
    () => depth(queue),
    (count) => count === 0,
  );

describe('a queue function on the local host', () => {
  let gated: GatedStack | undefined;
  const start = async (settings: Record<string, string> = {}): Promise<GatedStack> =>
    (gated = await startGatedStack(settings));

  afterEach(() => gated?.close());

  it('gets a JSON object as an object with its metadata, and the message is deleted when it succeeds', async () => {
    const { gate, queue, stack } = await start();
    await queue.sendMessage('{"userId":"u1","MixedCase":1}');
    const call = await gate.next();
    expect(call.input).toEqual({ userId: 'u1', MixedCase: 1 });
    expect(call.metadata).toMatchObject({
      dequeueCount: 1,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      popReceipt: expect.any(String) as unknown,
      insertionTime: expect.any(String) as unknown,
      queueTrigger: { userId: 'u1', mixedCase: 1 },
    });
    expect(await depth(queue)).toBe(1);
    call.succeed();
    await untilEmpty(queue);
    expect(await stack.host.status()).toMatchObject({ inFlight: 0, functions: { work: { started: 1, succeeded: 1 } } });
  });

  it('shows a failed message again after visibilityTimeout, and moves it to the poison queue after five failures', async () => {
    const { gate, queue, poison, stack } = await start();
    await queue.sendMessage('{"n":1}');
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const call = await gate.next();
      expect(call.metadata).toMatchObject({ dequeueCount: attempt });
      call.fail();
      if (attempt === 5) break;
      await eventually(
        () => stack.proxy.counters(),
        (all) => all.some(({ verb, count }) => verb === 'update' && count === attempt),
      );
      await stack.advance(29_000);
      expect((await queue.peekMessages()).peekedMessageItems).toHaveLength(0);
      await stack.advance(1_000);
    }
    await untilEmpty(queue);
    const [moved] = (await poison.peekMessages()).peekedMessageItems;
    expect(moved).toMatchObject({ messageText: '{"n":1}', dequeueCount: 0 });
    const lifetime = (moved?.expiresOn.getTime() ?? 0) - (moved?.insertedOn.getTime() ?? 0);
    expect(lifetime).toBe(7 * 24 * 60 * minute);
    expect(gate.calls).toHaveLength(5);
  });

  it('poisons a message that was received too often without running it again', async () => {
    const { gate, queue, poison, stack } = await start({
      AzureFunctionsJobHost__extensions__queues__maxDequeueCount: '1',
    });
    await queue.sendMessage('{}');
    await gate.next();
    await stack.host.crash();
    await stack.advance(10 * minute);
    await stack.restartHost();
    await untilEmpty(queue);
    expect(await depth(poison)).toBe(1);
    expect(gate.calls).toHaveLength(1);
  });

  it('gives the message of a crashed host back ten minutes after it was received, not earlier', async () => {
    const { gate, queue, stack } = await start();
    await queue.sendMessage('{}');
    const first = await gate.next();
    await stack.host.crash();
    await stack.restartHost();
    await stack.advance(9 * minute + 50_000);
    expect((await queue.peekMessages()).peekedMessageItems).toHaveLength(0);
    await stack.advance(10_000);
    const second = await gate.next();
    expect(second.metadata).toMatchObject({ dequeueCount: 2, id: first.metadata?.['id'] });
    expect(second.pid).not.toBe(first.pid);
    second.succeed();
    await untilEmpty(queue);
  });

  it('keeps a message that is in work, however far the clock jumps', async () => {
    const { gate, queue, stack } = await start();
    await queue.sendMessage('{}');
    const call = await gate.next();
    for (const jump of [4 * minute, 4 * minute, 4 * minute, 24 * 60 * minute]) await stack.advance(jump);
    expect((await queue.peekMessages()).peekedMessageItems).toHaveLength(0);
    call.succeed();
    await untilEmpty(queue);
    expect(gate.calls).toHaveLength(1);
  });

  it('swallows the loss of a message to somebody else', async () => {
    const { gate, queue, stack, lines } = await start();
    const sent = await queue.sendMessage('{}');
    const call = await gate.next();
    // Taking the message by its current receipt makes the host's one stale.
    const { popReceipt } = call.metadata ?? {};
    await queue.updateMessage(sent.messageId, String(popReceipt), '{}', 3600);
    call.succeed();
    await eventually(
      () => stack.host.status(),
      ({ functions }) => functions['work']?.succeeded === 1,
    );
    await eventually(
      () => stack.proxy.counters(),
      (all) => all.some(({ verb }) => verb === 'delete'),
    );
    expect(await depth(queue)).toBe(1);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    ['none', '{"a":1}', { a: 1 }],
    ['none', 'plain text', 'plain text'],
    ['base64', Buffer.from('{"a":"ä"}').toString('base64'), { a: 'ä' }],
  ])('messageEncoding %s hands %s over decoded', async (messageEncoding, text, input) => {
    const { gate, queue } = await start({
      AzureFunctionsJobHost__extensions__queues__messageEncoding: messageEncoding,
    });
    await queue.sendMessage(text);
    const call = await gate.next();
    expect(call.input).toEqual(input);
    call.succeed();
    await untilEmpty(queue);
  });

  it('never runs a message that is not base64 where base64 is expected, and poisons its raw text', async () => {
    const { gate, queue, poison } = await start({
      AzureFunctionsJobHost__extensions__queues__messageEncoding: 'base64',
      AzureFunctionsJobHost__extensions__queues__maxDequeueCount: '2',
      AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:00:00',
    });
    await queue.sendMessage('{"a":1}');
    await untilEmpty(queue);
    expect((await poison.peekMessages()).peekedMessageItems[0]?.messageText).toBe('{"a":1}');
    expect(gate.calls).toHaveLength(0);
  });

  it('works on batchSize + newBatchThreshold messages at most, and fetches when no more than the threshold are left', async () => {
    const { gate, queue, stack } = await start({
      AzureFunctionsJobHost__extensions__queues__batchSize: '4',
      AzureFunctionsJobHost__extensions__queues__newBatchThreshold: '2',
    });
    for (let n = 0; n < 20; n += 1) await queue.sendMessage(JSON.stringify({ n }));
    const counted = (wanted: string): number => stack.proxy.counters().find(({ verb }) => verb === wanted)?.count ?? 0;
    const answer = async (calls: number): Promise<void> => {
      const deleted = counted('delete') + calls;
      for (let n = 0; n < calls; n += 1) (await gate.next()).succeed();
      await eventually(
        () => counted('delete'),
        (count) => count === deleted,
      );
    };
    const inWork = (count: number): Promise<unknown> =>
      eventually(
        () => stack.host.status(),
        ({ inFlight }) => inFlight === count,
      );

    await inWork(4);
    await answer(1);
    const received = counted('receive');
    expect((await stack.host.status()).inFlight).toBe(3);
    expect(counted('receive')).toBe(received);
    await answer(1);
    await inWork(6);
    await answer(3);
    expect((await stack.host.status()).inFlight).toBe(3);
    await answer(1);
    await inWork(6);
    await answer(4);
    await inWork(6);
    await answer(10);
    expect(gate.calls).toHaveLength(20);
  });

  it('lets the stack say when it has settled: not while a message is visible or in work', async () => {
    const { gate, queue, stack } = await start();
    await queue.sendMessage('{}');
    await queue.sendMessage('{"later":true}', { visibilityTimeout: 60 });
    await expect(stack.settled({ limit: 300 })).rejects.toThrow('The stack has not settled in 300 ms: work in flight.');
    (await gate.next()).succeed();
    await stack.settled();
    expect(gate.calls).toHaveLength(1);
    await stack.advance(minute);
    (await gate.next()).succeed();
    await stack.settled();
    expect(gate.calls).toHaveLength(2);
  });

  it('runs a queue function at once through the admin route', async () => {
    const { gate, stack } = await start();
    const answer = await fetch(`${stack.urls.host}/admin/functions/work`, {
      method: 'POST',
      body: '{"input":"{\\"a\\":1}"}',
    });
    expect(answer.status).toBe(202);
    const call = await gate.next();
    expect(call.input).toEqual({ a: 1 });
    call.succeed();
  });
});
