import { z } from 'zod';
import { crowd, idOf, tenantIdOf, usualMembers, usualRules } from './kit/cast.ts';
import { operate } from './kit/operator.ts';
import { useStage } from './kit/stage.ts';
import { messagesOn } from './kit/queues.ts';
import { until } from './kit/until.ts';
import { aboutUsers, writesOf } from './kit/writes.ts';

const orders = ['order 1', 'order 2', 'order 3'] as const;

const stage = useStage({
  tenants: ['again', 'dry', 'busy', ...orders],
  members: { ...usualMembers, nobodys: [...crowd(40)] },
  rules: (tenant) => {
    if (!isOrder(tenant)) return usualRules();
    const document = usualRules({ roleResolution: 'strongest' });
    const rules = z.array(z.unknown()).parse(document['rules']);
    return { ...document, rules: shuffled(rules, orders.indexOf(tenant)) };
  },
});

function isOrder(name: string): name is (typeof orders)[number] {
  return orders.some((order) => order === name);
}

/** The same elements in another order, by number. */
function shuffled<T>(list: readonly T[], number: number): readonly T[] {
  const turned = [...list.slice(number * 2), ...list.slice(0, number * 2)];
  return number % 2 === 0 ? turned : turned.toReversed();
}

describe('promise 4: idempotent', () => {
  it('reconciles everybody again and writes nothing', async () => {
    const { stack } = stage();
    const scene = stage().scene('again');
    scene.join('nia', 'visitors');
    scene.leave('eve', 'admins');
    await stage().quiet();
    await stage().settle();
    const { records } = await scene.tables();
    stack.proxy.resetCounters();
    for (const { userId } of records) await operate(stack, scene.tenantId, 'resync', { userId });
    await stage().settle();
    expect(
      stack.proxy.counters().find(({ resource, verb }) => resource === 'reconcile-user' && verb === 'delete')?.count,
    ).toBe(records.length);
    expect(writesOf(stack.proxy, aboutUsers)).toEqual([]);
  });

  it('compares everything again and sends no message', async () => {
    const { stack } = stage();
    // Once for the news of before, in whatever feed it still is.
    await stage().run('fullSync');
    await stage().run('deltaSweep');
    await stage().settle();
    stack.proxy.resetCounters();
    await stage().run('fullSync');
    await stage().run('deltaSweep');
    await stage().settle();
    expect(writesOf(stack.proxy, (one) => aboutUsers(one) || one.resource.startsWith('reconcile-user'))).toEqual([]);
  });

  it('takes the same news three times as once', async () => {
    const { control } = stage().stack.simulator.world;
    const scene = stage().scene('again');
    control.notifications.duplication = 1;
    scene.join('noa', 'visitors');
    await stage().quiet();
    await stage().run('deltaSweep');
    await stage().settle();
    stage().clear();
    expect((await scene.audit('noa')).map(({ changes }) => changes.map(({ type, id }) => `${type} ${id}`))).toEqual([
      ['grant enter'],
    ]);
    expect(await scene.verdict()).toEqual([]);
  });
});

describe('promise 5: order does not matter', () => {
  const events = [
    ['join', 'nia', 'staff'],
    ['join', 'nia', 'editors'],
    ['join', 'nia', 'admins'],
    ['leave', 'dan', 'admins'],
    ['join', 'noa', 'researchers'],
    ['join', 'noa', 'admins'],
    ['leave', 'eve', 'editors'],
  ] as const;

  it('of events and rules: the records are the same', async () => {
    for (const [number, order] of orders.entries()) {
      const scene = stage().scene(order);
      for (const [kind, member, group] of shuffled(events, number)) {
        scene[kind](member, group);
        await stage().quiet();
      }
    }
    await stage().settle();
    const outcomes = await Promise.all(
      orders.map(async (order) => {
        expect(await stage().scene(order).verdict()).toEqual([]);
        const { records } = await stage().scene(order).tables();
        return records.map(({ userId, state, assignments }) => JSON.stringify([userId, state, assignments])).sort();
      }),
    );
    expect(outcomes[0]?.length).toBeGreaterThan(6);
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  });
});

describe('promise 6: fresh before bulk', () => {
  it("lets a user's own change pass while an import waits", async () => {
    const { stack } = stage();
    const scene = stage().scene('busy');
    const held = stack.proxy.faults.pause(
      { service: 'queue', resource: 'reconcile-user-bulk', verb: 'receive' },
      'before',
    );
    await held.reached;
    for (const member of crowd(40)) scene.join(member, 'crowd');
    await stage().stack.advance(1_000);
    await until(async () => (await bulkMessages()) >= 40);
    scene.join('nia', 'staff');
    await until(async () => (await scene.access('nia')).length > 0);
    // The import has not begun, and was not put where fresh changes go.
    expect(await bulkMessages()).toBeGreaterThanOrEqual(40);
    expect(await scene.access(crowd(40)[0] ?? '')).toEqual([]);
    held.release();
    await stage().settle();
    expect(await scene.access(crowd(40)[39] ?? '')).toEqual(['team crowd']);
    expect(await scene.verdict()).toEqual([]);
  });

  async function bulkMessages(): Promise<number> {
    return messagesOn(stage().stack, 'reconcile-user-bulk');
  }
});

describe('promise 7: a dry run cannot write', () => {
  const planSchema = z.object({
    plan: z
      .object({ changes: z.array(z.looseObject({ type: z.string(), kind: z.string(), id: z.string() })) })
      .nullable(),
  });

  beforeAll(async () => {
    const scene = stage().scene('dry');
    // Nobody is told, so that there is something to plan.
    stage().stack.simulator.world.control.notifications.loss = 1;
    scene.join('nia', 'staff');
    scene.leave('eve', 'admins');
    scene.change('dan', { accountEnabled: false });
    await stage().quiet();
    stage().clear();
    stage().stack.proxy.resetCounters();
  });

  it.each([
    ['nia', ['grant role user', 'grant team blue']],
    ['eve', ['revoke role admin']],
    [
      'dan',
      [
        'revoke businessFunction research',
        'revoke role admin',
        'revoke role editor',
        'revoke role user',
        'revoke team blue',
      ],
    ],
    ['ada', []],
  ])('plans what would become of %s, writes nothing, and is right', async (user, changes) => {
    const answer = await operate(stage().stack, tenantIdOf('dry'), 'resync', { userId: idOf(user), dryRun: true });
    expect(answer.status).toBe(200);
    const planned = planSchema.parse(answer.body).plan?.changes ?? [];
    expect(planned.map(({ type, kind, id }) => `${type} ${kind} ${id}`).sort()).toEqual(changes);
    expect(writesOf(stage().stack.proxy)).toEqual([]);
  });

  it('compares a group and writes nothing', async () => {
    const answer = await operate(stage().stack, tenantIdOf('dry'), 'resync', { groupId: idOf('staff'), dryRun: true });
    expect(answer).toMatchObject({ status: 200, body: { missing: 1, missingUserIds: [idOf('nia')], unauthorized: 0 } });
    expect(writesOf(stage().stack.proxy)).toEqual([]);
  });

  it('is what the run itself then does', async () => {
    for (const user of ['nia', 'eve', 'dan']) {
      await operate(stage().stack, tenantIdOf('dry'), 'resync', { userId: idOf(user) });
    }
    await stage().settle();
    const scene = stage().scene('dry');
    expect([await scene.access('nia'), await scene.access('dan')]).toEqual([['role user', 'team blue'], []]);
    expect(await scene.verdict()).toEqual([]);
  });
});
