import { idOf, usualRules } from './kit/cast.ts';
import { operate } from './kit/operator.ts';
import { queueOf } from './kit/queues.ts';
import type { Scene } from './kit/scene.ts';
import { useStage } from './kit/stage.ts';
import { until } from './kit/until.ts';

const stage = useStage({
  tenants: ['redelivered', 'next look', 'full sync', 'paused', 'late'],
  rules: () => usualRules({}, ['staff', 'visitors']),
});

/** Has somebody join `staff` and kills the host when the change is committed and nothing of it is published. */
async function crashBeforePublishing(scene: Scene): Promise<void> {
  const { stack } = stage();
  const held = stack.proxy.faults.pause({ resource: 'access', verb: 'transaction' }, 'after');
  scene.join('nia', 'staff');
  await held.reached;
  await stack.host.crash();
  held.release();
  await stack.restartHost();
  const { records, outbox, derived } = await scene.tables();
  expect(records.map(({ userId }) => userId)).toContain(idOf('nia'));
  expect(outbox).toHaveLength(1);
  expect(derived.filter(({ rowKey }) => rowKey === idOf('nia'))).toEqual([]);
}

async function expectPublished(scene: Scene): Promise<void> {
  expect(await scene.verdict()).toEqual([]);
  expect(await scene.changes('nia', 'grant', 'role user')).toBe(1);
  expect((await scene.tables()).derived.filter(({ rowKey }) => rowKey === idOf('nia'))).not.toEqual([]);
}

describe('promise 3: what is committed is published', () => {
  it('by the message that comes back after a crash', async () => {
    const scene = stage().scene('redelivered');
    await crashBeforePublishing(scene);
    await stage().settle();
    await expectPublished(scene);
  });

  it('by the next reconcile of the user, when the message is gone', async () => {
    const scene = stage().scene('next look');
    await crashBeforePublishing(scene);
    await queueOf(stage().stack, 'reconcile-user').clearMessages();
    await operate(stage().stack, scene.tenantId, 'resync', { userId: idOf('nia') });
    await stage().settle();
    await expectPublished(scene);
  });

  it('by the full sync, when nobody looks at the user', async () => {
    const scene = stage().scene('full sync');
    await crashBeforePublishing(scene);
    await queueOf(stage().stack, 'reconcile-user').clearMessages();
    await stage().run('fullSync');
    await stage().settle();
    await expectPublished(scene);
  });
});

describe('promise 2: a publisher that is late changes nothing back', () => {
  it('when it is paused and another worker has gone on', async () => {
    const { stack } = stage();
    const scene = stage().scene('paused');
    const second = await stack.addHost();
    const held = stack.proxy.faults.pause({ resource: 'assignments', write: true }, 'before');
    scene.join('nia', 'visitors');
    await held.reached;
    // The fact is old enough to be lost again, and the message is still with the worker that sleeps.
    await stack.advance(60_000);
    scene.leave('nia', 'visitors');
    await until(async () => (await scene.changes('nia', 'revoke', 'permission enter')) === 1);
    held.release();
    await stage().settle();
    await second.stop();
    expect(await scene.access('nia')).toEqual([]);
    expect(await scene.verdict()).toEqual([]);
  }, 60_000);

  it('when all its rows come after those of the next change', async () => {
    const { stack } = stage();
    const scene = stage().scene('late');
    const second = await stack.addHost();
    // All rows of the first change wait until the second one is published.
    const released = Promise.withResolvers<undefined>();
    let waiting = 0;
    const run = async (): Promise<void> => {
      waiting += 1;
      await released.promise;
    };
    const match = { resource: 'assignments', write: true };
    stack.proxy.faults.add({ match, times: 5, effect: { kind: 'call', when: 'before', run } });
    scene.join('nia', 'staff');
    // The user's name, account, group, role and team.
    await until(() => waiting === 5);
    await stack.advance(60_000);
    scene.leave('nia', 'staff');
    await until(async () => (await scene.changes('nia', 'revoke', 'role user')) === 1);
    released.resolve(undefined);
    await stage().settle();
    await second.stop();
    const { derived } = await scene.tables();
    expect(
      derived.filter(
        ({ rowKey, partition, assigned }) => rowKey === idOf('nia') && partition === 'role|user' && assigned,
      ),
    ).toEqual([]);
    expect(await scene.verdict()).toEqual([]);
  }, 60_000);
});
