import { z } from 'zod';
import { deltaRound } from './delta-chain.ts';
import { startReceiver } from './notification-receiver.ts';
import { subscribe } from './subscribe.ts';
import { failureOf, seedGroup, startTestTenant, testId, type TestTenant } from './test-tenant.ts';
import { until } from './until.ts';

const GROUP = testId('a', 1);

describe('/_control over notifications and delta links', () => {
  let graph: TestTenant;

  beforeEach(async () => {
    graph = await startTestTenant();
    seedGroup(graph.tenant, { id: GROUP });
  });

  afterEach(() => graph.close());

  async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${graph.simulator.url}/_control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  it('turns the switches it names, and refuses what is none', async () => {
    expect(await control('PATCH', '/notifications', { loss: 0.5 })).toMatchObject({ status: 200 });
    expect(await control('PATCH', '/delta', { emptyPages: 0.5 })).toMatchObject({ status: 200 });
    const { notifications, delta } = graph.simulator.world.control;
    expect([notifications.loss, delta.settings.emptyPages]).toEqual([0.5, 0.5]);
    expect(await control('PATCH', '/notifications', { lost: 1 })).toMatchObject({ status: 400 });
    expect(await control('PATCH', '/delta', { replays: 2 })).toMatchObject({ status: 400 });
    await control('POST', '/reset');
    expect([notifications.loss, delta.settings.emptyPages]).toEqual([0, 0]);
  });

  it('says how many notifications are pending', async () => {
    const receiver = await startReceiver();
    await subscribe(graph, { resource: 'groups', notificationUrl: receiver.url });
    receiver.answer = 500;
    graph.directory.apply({ kind: 'groupUpdated', groupId: GROUP, properties: { displayName: 'x' } });
    await until('it was refused', () => graph.simulator.world.control.counters.notifications.refused === 1);
    const { body } = await control('GET', '/notifications');
    expect(z.object({ pending: z.number() }).parse(body).pending).toBe(1);
    await control('POST', '/reset');
    expect(graph.simulator.delivery.pending()).toBe(0);
    await receiver.close();
  });

  it.each([
    ['expire', 400],
    ['reset', 410],
  ])('makes delta links invalid by deltaTokens/%s', async (how, statusCode) => {
    const { deltaLink } = await deltaRound(graph.client, '/groups/delta');
    expect(await control('POST', `/deltaTokens/${how}`, { tenantId: graph.tenant.id })).toMatchObject({ status: 204 });
    expect(await failureOf(deltaRound(graph.client, deltaLink))).toMatchObject({ statusCode });
  });
});
