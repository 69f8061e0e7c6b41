import { idOf, tenantIdOf, usualRules } from './kit/cast.ts';
import { graphCalls } from './kit/faults.ts';
import { messagesOn, queueOf, send } from './kit/queues.ts';
import { useStage } from './kit/stage.ts';
import { until } from './kit/until.ts';

const tenants = ['unreadable', 'poison', 'lost job', 'attempts', 'outage', 'storage', 'worker'];
const stage = useStage({ tenants, rules: () => usualRules({}, ['staff', 'visitors']) });

async function unfinishedJobs(): Promise<readonly string[]> {
  const all = await Promise.all(tenants.map(async (tenant) => (await stage().scene(tenant).tables()).unfinishedJobs));
  return all.flat();
}

async function openWork(tenant: string): Promise<readonly string[]> {
  return (await stage().scene(tenant).tables()).work;
}

/** Minutes go by, and with each the timer that brings forgotten work back. */
async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await stage().pass(61);
    await stage().run('catchUp');
  }
}

/** A request as it travels, of a tenant's user. */
function request(tenant: string, user: string, given: object = {}): string {
  const tenantId = tenantIdOf(tenant);
  const enqueuedDateTime = new Date(stage().stack.clock.now()).toISOString();
  const whole = {
    v: 1,
    tenantId,
    userId: idOf(user),
    reason: 'notification',
    causeId: 'c',
    enqueuedDateTime,
    attempt: 0,
  };
  return JSON.stringify({ ...whole, ...given });
}

describe('promise 11: nothing is forgotten', () => {
  beforeEach(() => {
    // No other feed tells of anything.
    stage().stack.simulator.world.control.notifications.loss = 1;
  });
  afterEach(() => {
    stage().clear();
  });

  it('not a message that nobody understands', async () => {
    const scene = stage().scene('unreadable');
    scene.join('nia', 'staff');
    await send(stage().stack, 'reconcile-user', request('unreadable', 'nia', { v: 99 }));
    await stage().quiet();
    expect(await openWork('unreadable')).toEqual([`open|${idOf('nia')}`]);
    await minutes(2);
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect(await openWork('unreadable')).toEqual([]);
  });

  it('not a message that was handed out too often', async () => {
    const scene = stage().scene('poison');
    scene.join('nia', 'staff');
    await send(stage().stack, 'reconcile-user-poison', request('poison', 'nia'));
    await stage().run('catchUp');
    expect(await messagesOn(stage().stack, 'reconcile-user-poison')).toBe(0);
    expect(await openWork('poison')).toEqual([`open|${idOf('nia')}`]);
    await minutes(2);
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect(await openWork('poison')).toEqual([]);
  });

  it('not a job whose message was handed out too often', async () => {
    const scene = stage().scene('lost job');
    scene.join('nia', 'staff');
    const job = { reason: undefined, userId: undefined, kind: 'fullSync', id: '', continues: false };
    await send(stage().stack, 'jobs-poison', request('lost job', 'nia', job));
    await stage().run('catchUp');
    await stage().settle();
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect(await scene.verdict()).toEqual([]);
  });

  it('not a user whose last attempt failed', async () => {
    const scene = stage().scene('attempts');
    const { faults } = stage().stack.simulator.world.control;
    scene.join('nia', 'staff');
    // 404 beside a user who is there is half an answer: the queue tries again, five times.
    const fault = faults.add({ path: graphCalls['POST getMemberGroups'], tenantId: scene.tenantId, status: 404 });
    await send(stage().stack, 'reconcile-user', request('attempts', 'nia'));
    await stage().quiet();
    for (let attempt = 1; attempt < 5; attempt += 1) await stage().pass(31);
    expect(fault.struck).toBe(5);
    expect(await messagesOn(stage().stack, 'reconcile-user-poison')).toBe(0);
    expect(await openWork('attempts')).toEqual([`open|${idOf('nia')}`]);
    // While it can't be done it stays, and is tried less and less often.
    await minutes(9);
    expect(await openWork('attempts')).toEqual([`open|${idOf('nia')}`]);
    expect(fault.struck).toBeLessThan(5 + 5 * 4);
    faults.clear();
    await minutes(16);
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect(await openWork('attempts')).toEqual([]);
    await stage().settle();
    expect(await scene.verdict()).toEqual([]);
  }, 120_000);

  it('not in an outage that outlasts all attempts', async () => {
    const scene = stage().scene('outage');
    const { faults } = stage().stack.simulator.world.control;
    scene.join('nia', 'staff');
    faults.add({ path: '^/v1.0/', tenantId: scene.tenantId, status: 503 });
    await send(stage().stack, 'reconcile-user', request('outage', 'nia'));
    await stage().quiet();
    for (let step = 0; step < 20; step += 1) await stage().pass(95);
    // An outage burns no attempt, and who waits is written down.
    expect(await messagesOn(stage().stack, 'reconcile-user-poison')).toBe(0);
    expect(await openWork('outage')).toEqual([`open|${idOf('nia')}`]);
    faults.clear();
    await minutes(2);
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    await stage().settle();
    expect(await openWork('outage')).toEqual([]);
    expect(await scene.verdict()).toEqual([]);
  }, 120_000);

  it('not when the storage is busy', async () => {
    const scene = stage().scene('storage');
    scene.join('nia', 'staff');
    stage().stack.proxy.faults.add({
      match: { service: 'table', write: true },
      effect: { kind: 'refuse', status: 503 },
      times: 6,
    });
    await send(stage().stack, 'reconcile-user', request('storage', 'nia'));
    await stage().quiet();
    await stage().settle();
    expect(stage().stack.proxy.faults.injected()['refuse 503']).toBe(6);
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect(await scene.verdict()).toEqual([]);
  }, 60_000);

  it('not a job whose worker was killed and whose message is gone', async () => {
    const { stack } = stage();
    // The first checkpoint of the comparison: some groups are done, others not.
    const held = stack.proxy.faults.pause({ service: 'table', resource: 'operations', write: true }, 'after');
    await stack.host.run('fullSync');
    await held.reached;
    await stack.host.crash();
    held.release();
    await queueOf(stack, 'jobs').clearMessages();
    await stack.restartHost();
    await stage().run('catchUp');
    expect(await unfinishedJobs()).not.toEqual([]);
    // Its lease is not over yet; then it is.
    await until(async () => (await messagesOn(stack, 'jobs')) === 0);
    await minutes(6);
    await stage().settle();
    await minutes(1);
    await stage().settle();
    expect(await unfinishedJobs()).toEqual([]);
  }, 120_000);
});
