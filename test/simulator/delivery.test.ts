import { startReceiver, type NotificationReceiver } from './notification-receiver.ts';
import { subscribe } from './subscribe.ts';
import { failureOf, seedGroup, startTestTenant, testId, type TestTenant } from './test-tenant.ts';
import { until } from './until.ts';

const GROUP = testId('a', 1);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('delivery of notifications', () => {
  let graph: TestTenant;
  let receiver: NotificationReceiver;

  beforeEach(async () => {
    [graph, receiver] = await Promise.all([startTestTenant(), startReceiver()]);
    seedGroup(graph.tenant, { id: GROUP });
  });

  afterEach(async () => {
    await Promise.all([graph.close(), receiver.close()]);
  });

  const settings = () => graph.simulator.world.control.notifications;
  const counts = () => graph.simulator.world.control.counters.notifications;
  const watch = (): Promise<string> =>
    subscribe(graph, { resource: 'groups', notificationUrl: `${receiver.url}/notify` });

  /** Lets one user join, in a turn of its own, so that it makes a notification of its own. */
  async function join(number: number): Promise<void> {
    graph.directory.apply({ kind: 'memberAdded', groupId: GROUP, memberId: testId('b', number), memberType: 'user' });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const settled = (): Promise<void> => until('everything is delivered', () => graph.simulator.delivery.pending() === 0);

  it('counts what it sent and what was acknowledged', async () => {
    await watch();
    await join(1);
    await settled();
    expect(counts()).toMatchObject({ sent: 1, acknowledged: 1, retried: 0, refused: 0, lost: 0, discarded: 0 });
  });

  it.each([302, 400, 404, 500])('tries again after 10 s when the answer is %d', async (status) => {
    await watch();
    receiver.answer = status;
    await join(1);
    await until('the first attempt is refused', () => counts().refused === 1);
    receiver.answer = 202;
    expect(graph.simulator.delivery.pending()).toBe(1);
    graph.clock.advance(9 * SECOND);
    expect(counts().retried).toBe(0);
    graph.clock.advance(1 * SECOND);
    await settled();
    expect(counts()).toMatchObject({ sent: 1, retried: 1, acknowledged: 1 });
  });

  it('sends a whole POST again, the good entries with it', async () => {
    settings().batchWindowMs = 10;
    await watch();
    receiver.answer = 500;
    graph.directory.apply({ kind: 'groupUpdated', groupId: GROUP, properties: { displayName: 'A' } });
    graph.directory.apply({ kind: 'groupUpdated', groupId: GROUP, properties: { displayName: 'B' } });
    graph.clock.advance(10);
    await until('the first attempt is refused', () => counts().refused === 2);
    receiver.answer = 202;
    graph.clock.advance(10 * SECOND);
    await settled();
    expect(receiver.posts.map(({ entries }) => entries.length)).toEqual([2, 2]);
  });

  it('waits twice as long each time and gives up after 4 hours', async () => {
    await watch();
    receiver.answer = 503;
    await join(1);
    const waits: number[] = [];
    for (let attempts = 1; graph.simulator.delivery.pending() > 0; attempts += 1) {
      await until('the attempt is refused', () => counts().refused === attempts);
      let waited = 0;
      while (graph.simulator.delivery.pending() > 0 && counts().retried < attempts) {
        graph.clock.advance(10 * SECOND);
        waited += 10;
      }
      waits.push(waited);
    }
    expect(waits.slice(0, 8)).toEqual([10, 20, 40, 80, 160, 320, 640, 1_280]);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual((4 * HOUR) / SECOND);
    expect(counts()).toMatchObject({ discarded: 1, acknowledged: 0 });
    receiver.answer = 202;
    graph.clock.advance(4 * HOUR);
    expect(receiver.entries()).toEqual([]);
  });

  it('gives the first attempt 3 s and every later one 10 s, or what the switches say', async () => {
    expect(settings()).toMatchObject({ firstTimeoutMs: 3_000, retryTimeoutMs: 10_000 });
    settings().firstTimeoutMs = 30;
    settings().retryTimeoutMs = 60;
    await watch();
    receiver.answer = 'silence';
    await join(1);
    await until('the first attempt timed out', () => counts().refused === 1);
    graph.clock.advance(10 * SECOND);
    await until('the second attempt timed out', () => counts().refused === 2);
    receiver.answer = 202;
    graph.clock.advance(20 * SECOND);
    await settled();
    expect(receiver.posts).toHaveLength(3);
  });

  it('survives an endpoint that is gone and comes back', async () => {
    await watch();
    const port = Number(new URL(receiver.url).port);
    await receiver.close();
    await join(1);
    await until('the connection is refused', () => counts().refused === 1);
    receiver = await startReceiver(port);
    graph.clock.advance(10 * SECOND);
    await settled();
    expect(receiver.entries()).toHaveLength(1);
  });

  describe('switches', () => {
    it('loses notifications without a trace', async () => {
      settings().loss = 1;
      await watch();
      await join(1);
      await settled();
      expect(receiver.posts).toEqual([]);
      expect(counts()).toMatchObject({ lost: 1, sent: 0 });
    });

    it('sends notifications twice', async () => {
      settings().duplication = 1;
      await watch();
      await join(1);
      await settled();
      expect(receiver.entries()).toHaveLength(2);
      expect(receiver.entries()[0]).toEqual(receiver.entries()[1]);
      expect(counts()).toMatchObject({ duplicated: 1, sent: 2 });
    });

    it('lets later notifications overtake', async () => {
      settings().reordering = 0.5;
      settings().reorderMs = 60 * SECOND;
      await watch();
      for (let number = 1; number <= 8; number += 1) await join(number);
      await until('those not kept back are there', () => counts().acknowledged === counts().sent);
      expect(graph.simulator.delivery.pending()).toBeGreaterThan(0);
      graph.clock.advance(60 * SECOND);
      await settled();
      const order = receiver.entries().map((entry) => JSON.stringify(entry['resourceData']));
      expect(order).toHaveLength(8);
      expect(order).not.toEqual([...order].sort());
    });

    it('delays notifications', async () => {
      settings().delayMs = 30 * SECOND;
      await watch();
      await join(1);
      graph.clock.advance(29 * SECOND);
      expect(counts().sent).toBe(0);
      graph.clock.advance(1 * SECOND);
      await settled();
      expect(receiver.entries()).toHaveLength(1);
    });

    it('gathers the changes of a window and respects the size of a batch', async () => {
      settings().batchWindowMs = 5 * SECOND;
      settings().maxBatchSize = 2;
      await watch();
      for (const displayName of ['A', 'B', 'C']) {
        graph.directory.apply({ kind: 'groupUpdated', groupId: GROUP, properties: { displayName } });
      }
      graph.clock.advance(5 * SECOND);
      await settled();
      expect(receiver.posts.map(({ entries }) => entries.length).sort()).toEqual([1, 2]);
    });

    it('goes on after a delete only when asked to', async () => {
      for (const deliverAfterDelete of [false, true]) {
        settings().deliverAfterDelete = deliverAfterDelete;
        const id = await watch();
        await graph.client.api(`/subscriptions/${id}`).delete();
        expect(await failureOf(graph.client.api(`/subscriptions/${id}`).get())).toMatchObject({ statusCode: 404 });
        await join(deliverAfterDelete ? 1 : 2);
        await settled();
        expect(receiver.entries()).toHaveLength(deliverAfterDelete ? 1 : 0);
      }
    });
  });

  it('sends nothing for an expired subscription', async () => {
    await watch();
    graph.clock.advance(21 * 24 * HOUR);
    await join(1);
    await settled();
    expect(receiver.posts).toEqual([]);
  });

  describe('endpoint states', () => {
    beforeEach(() => {
      Object.assign(settings(), { judgeMinimumAnswers: 2, slowAfterMs: 20, dropAfterMs: 40, dropShare: 0.6 });
    });

    async function timeOut(attempts: number, timeoutMs: number): Promise<void> {
      settings().firstTimeoutMs = timeoutMs;
      receiver.answer = 'silence';
      for (let number = 1; number <= attempts; number += 1) await join(number);
      await until('the attempts timed out', () => counts().refused === attempts);
      receiver.answer = 202;
      settings().firstTimeoutMs = 3_000;
    }

    it('delays new notifications of a slow endpoint by 10 minutes', async () => {
      await watch();
      await timeOut(2, 25);
      await join(3);
      graph.clock.advance(9 * MINUTE);
      await until('the retries are through', () => counts().acknowledged === 2);
      expect(counts().sent).toBe(2);
      graph.clock.advance(1 * MINUTE);
      await settled();
      expect(counts()).toMatchObject({ sent: 3, acknowledged: 3, dropped: 0 });
    });

    it('drops new notifications of a very slow endpoint for 10 minutes, then tries it again', async () => {
      await watch();
      await timeOut(2, 45);
      await join(3);
      expect(counts()).toMatchObject({ sent: 2, dropped: 1 });
      graph.clock.advance(10 * MINUTE);
      await settled();
      await join(4);
      await settled();
      expect(counts()).toMatchObject({ sent: 3, dropped: 1, acknowledged: 3 });
    });
  });
});
