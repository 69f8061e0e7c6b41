import { clientId, usualRules } from './kit/cast.ts';
import type { Scene } from './kit/scene.ts';
import { useStage } from './kit/stage.ts';

const stage = useStage({
  tenants: ['renewed', 'removed', 'lost answer', 'stranger', 'unauthorized', 'outage'],
  rules: () => usualRules({}, ['staff', 'visitors']),
});

function subscriptionsOf(scene: Scene) {
  return [...scene.tenant.subscriptions.values()].toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
}

/** Asks for renewal as the daily timer does, and lets everything come to its end. */
async function renew(): Promise<void> {
  await stage().run('renewSubscriptions');
  await stage().settle();
  // What failed a few times is left to the timer that brings forgotten work back.
  await stage().pass(400);
  await stage().run('catchUp');
  await stage().settle();
}

/** One subscription for groups and one for users, whose notifications are accepted. */
async function expectAlive(scene: Scene, newcomer: string): Promise<void> {
  expect(subscriptionsOf(scene).map(({ resource }) => resource)).toEqual(['groups', 'users']);
  scene.join(newcomer, 'staff');
  await stage().quiet();
  expect(await scene.access(newcomer)).toEqual(['role user', 'team blue']);
  await stage().settle();
  expect(await scene.verdict()).toEqual([]);
}

describe('subscriptions are kept alive', () => {
  afterEach(() => {
    stage().clear();
  });

  it('by renewal, with their ids', async () => {
    const scene = stage().scene('renewed');
    const before = subscriptionsOf(scene);
    await stage().pass(24 * 3600);
    await renew();
    const after = subscriptionsOf(scene);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    for (const [index, { expirationDateTime }] of after.entries()) {
      expect(Date.parse(expirationDateTime)).toBeGreaterThan(
        Date.parse(before[index]?.expirationDateTime ?? '') + 80_000_000,
      );
    }
    await expectAlive(scene, 'nia');
  });

  it('by new ones when they are gone (404), and what happened meanwhile is found', async () => {
    const scene = stage().scene('removed');
    const before = new Set(subscriptionsOf(scene).map(({ id }) => id));
    scene.tenant.subscriptions.clear();
    scene.join('noa', 'staff');
    await stage().quiet();
    await renew();
    expect(subscriptionsOf(scene).filter(({ id }) => before.has(id))).toEqual([]);
    expect(await scene.access('noa')).toEqual(['role user', 'team blue']);
    await expectAlive(scene, 'nia');
  });

  it('by replacing one whose creation was never answered, because nobody knows its secret any more', async () => {
    const scene = stage().scene('lost answer');
    const { faults } = stage().stack.simulator.world.control;
    scene.tenant.subscriptions.clear();
    const strike = faults.add({
      method: 'POST',
      path: '^/v1.0/subscriptions$',
      tenantId: scene.tenantId,
      drop: 'after',
      count: 1,
    });
    await stage().run('renewSubscriptions');
    const [created] = subscriptionsOf(scene);
    await renew();
    expect(strike.struck).toBe(1);
    expect(subscriptionsOf(scene).map(({ id }) => id)).not.toContain(created?.id);
    expect(subscriptionsOf(scene)).toHaveLength(2);
    await expectAlive(scene, 'nia');
  });

  it('by replacing one that somebody else made with our app', async () => {
    const scene = stage().scene('stranger');
    const [groups] = subscriptionsOf(scene);
    scene.tenant.subscriptions.clear();
    const stranger = { ...groups, id: '00000000-0000-4000-8000-000000000001', clientState: 'nobody knows this' };
    if (groups !== undefined) scene.tenant.subscriptions.set(stranger.id, { ...groups, ...stranger });
    expect(groups?.applicationId).toBe(clientId);
    await renew();
    await renew();
    expect(subscriptionsOf(scene).map(({ id }) => id)).not.toContain(stranger.id);
    await expectAlive(scene, 'nia');
  });

  it('when Graph asks for a new authorization', async () => {
    const scene = stage().scene('unauthorized');
    const { notifications } = stage().stack.simulator.world.control;
    const before = subscriptionsOf(scene).map(({ authorizedUntil }) => Date.parse(authorizedUntil));
    const soon = Math.min(...before) - stage().stack.clock.now() - notifications.reauthorizationLeadMinutes * 60_000;
    await stage().pass(soon / 1000 + 5);
    await stage().settle();
    for (const [index, { authorizedUntil }] of subscriptionsOf(scene).entries()) {
      expect(Date.parse(authorizedUntil)).toBeGreaterThan(before[index] ?? Number.POSITIVE_INFINITY);
    }
    await expectAlive(scene, 'nia');
  });

  it('after days in which Graph refused every creation', async () => {
    const scene = stage().scene('outage');
    const { faults } = stage().stack.simulator.world.control;
    scene.tenant.subscriptions.clear();
    faults.add({
      method: 'POST',
      path: '^/v1.0/subscriptions$',
      tenantId: scene.tenantId,
      status: 403,
      code: 'ExtensionError',
    });
    await stage().run('renewSubscriptions');
    for (let hour = 0; hour < 4; hour += 1) await stage().pass(3600);
    expect(subscriptionsOf(scene)).toEqual([]);
    faults.clear();
    await renew();
    await expectAlive(scene, 'nia');
  });
});
