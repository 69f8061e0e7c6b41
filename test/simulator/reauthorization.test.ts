import { startReceiver, type NotificationReceiver } from './notification-receiver.ts';
import { subscribe } from './subscribe.ts';
import { seedGroup, startTestTenant, testId, type TestTenant } from './test-tenant.ts';
import { until } from './until.ts';

const GROUP = testId('a', 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('authorization of a subscription', () => {
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
    subscribe(graph, {
      resource: 'groups',
      notificationUrl: `${receiver.url}/notify`,
      lifecycleNotificationUrl: `${receiver.url}/lifecycle`,
    });

  /** Lets one user join, in a turn of its own, so that it makes a notification of its own. */
  async function join(number: number): Promise<void> {
    graph.directory.apply({ kind: 'memberAdded', groupId: GROUP, memberId: testId('b', number), memberType: 'user' });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const settled = (): Promise<void> => until('everything is delivered', () => graph.simulator.delivery.pending() === 0);

  const posted = (path: string) => receiver.posts.filter((post) => post.path === path);
  const lifecycleEvents = () => posted('/lifecycle').flatMap(({ entries }) => entries);

  it('asks for a new authorization before the hour is over, and again after each one', async () => {
    const subscriptionId = await watch();
    graph.clock.advance(54 * MINUTE);
    expect(counts().sent).toBe(0);
    graph.clock.advance(1 * MINUTE);
    await settled();
    const stored = graph.tenant.subscriptions.get(subscriptionId);
    expect(lifecycleEvents()).toEqual([
      {
        subscriptionId,
        subscriptionExpirationDateTime: stored?.expirationDateTime.replace(/\.\d+Z$/, '.0000000Z'),
        tenantId: graph.tenant.id,
        clientState: 'a-secret',
        lifecycleEvent: 'reauthorizationRequired',
      },
    ]);
    await graph.client.api(`/subscriptions/${subscriptionId}/reauthorize`).post(undefined);
    graph.clock.advance(55 * MINUTE);
    await until('the second event arrived', () => lifecycleEvents().length === 2);
  });

  it.each(['reauthorize', 'renew'])('pauses deliveries when it lapses, until %s releases them', async (how) => {
    settings().pauseUntilReauthorized = true;
    const id = await watch();
    graph.clock.advance(60 * MINUTE);
    await until('the event arrived', () => lifecycleEvents().length === 1);
    await join(1);
    // The event is all that was put on the wire; the notification waits.
    expect(counts().sent).toBe(1);
    expect(graph.simulator.delivery.pending()).toBe(1);
    const expirationDateTime = new Date(graph.clock.now() + 24 * HOUR).toISOString();
    if (how === 'renew') await graph.client.api(`/subscriptions/${id}`).patch({ expirationDateTime });
    else await graph.client.api(`/subscriptions/${id}/reauthorize`).post(undefined);
    await settled();
    expect(posted('/notify')).toHaveLength(1);
  });

  it('keeps a paused notification for 4 hours only', async () => {
    settings().pauseUntilReauthorized = true;
    const id = await watch();
    graph.clock.advance(60 * MINUTE);
    await join(1);
    graph.clock.advance(4 * HOUR + MINUTE);
    await graph.client.api(`/subscriptions/${id}/reauthorize`).post(undefined);
    await settled();
    expect(posted('/notify')).toEqual([]);
    expect(counts().discarded).toBe(1);
  });

  it('does not pause by default, since that is not confirmed for app-only access', async () => {
    await watch();
    graph.clock.advance(60 * MINUTE);
    await join(1);
    await settled();
    expect(posted('/notify')).toHaveLength(1);
  });
});
