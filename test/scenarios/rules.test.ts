import { idOf, usualRules } from './kit/cast.ts';
import { graphCalls, graphFaults } from './kit/faults.ts';
import { operate } from './kit/operator.ts';
import { publishAsAsked } from './kit/publish.ts';
import type { Scene } from './kit/scene.ts';
import { useStage } from './kit/stage.ts';
import { until } from './kit/until.ts';

const first = usualRules({}, ['staff', 'visitors']);
const stage = useStage({ tenants: ['moved', 'events', 'unread'], rules: () => first });

/** `staff` gives nothing but the team. */
const second = usualRules({ rules: [{ id: 'staff', group: { id: idOf('staff') }, grants: { teams: ['blue'] } }] });

/** `staff` gives what it gave, and only to its own members: nobody was ever asked who they are. */
const direct = usualRules({
  rules: [
    {
      id: 'staff',
      group: { id: idOf('staff') },
      membership: 'direct',
      grants: { roles: ['user'], teams: ['blue'] },
    },
  ],
});

async function activateSecond(scene: Scene): Promise<void> {
  expect((await publishAsAsked(stage().stack, scene, 1, second)).status).toBe(202);
}

describe('rules that are activated while events flow (D18)', () => {
  it('reach somebody whose reconcile began before they moved', async () => {
    const scene = stage().scene('moved');
    const held = stage().stack.proxy.faults.pause({ resource: 'access', verb: 'transaction' }, 'before');
    scene.join('nia', 'staff');
    await held.reached;
    // She is recorded nowhere yet, so the activation itself does not find her.
    const other = await stage().stack.addHost();
    await activateSecond(scene);
    await until(async () => (await scene.access('ada')).length === 1);
    held.release();
    await stage().settle();
    await other.stop();
    expect((await scene.tables()).rulesVersion).toBe(2);
    expect(await scene.access('nia')).toEqual(['team blue']);
    expect(await scene.access('ada')).toEqual(['team blue']);
    expect(await scene.verdict(second)).toEqual([]);
  }, 60_000);

  it('lose no event', async () => {
    const scene = stage().scene('events');
    scene.join('nia', 'staff');
    await activateSecond(scene);
    scene.join('noa', 'staff');
    scene.leave('eve', 'staff');
    await stage().quiet();
    await stage().settle();
    for (const user of ['ada', 'dan', 'nia', 'noa'])
      expect([user, await scene.access(user)]).toEqual([user, ['team blue']]);
    expect(await scene.access('eve')).toEqual([]);
    expect(await scene.changes('dan', 'revoke', 'role user')).toBe(1);
    expect(await scene.verdict(second)).toEqual([]);

    // Back again in one call, and again somebody comes and goes meanwhile.
    const options = { headers: { 'if-match': '"2"' }, roles: ['Rolecall.Configure'] };
    const back = await operate(stage().stack, scene.tenantId, 'rules/rollback', { version: 1 }, options);
    scene.leave('noa', 'staff');
    scene.join('eve', 'staff');
    expect(back.status).toBe(202);
    await stage().quiet();
    await stage().settle();
    expect(await scene.access('noa')).toEqual([]);
    for (const user of ['dan', 'eve']) expect(await scene.access(user)).toEqual(['role user', 'team blue']);
    expect((await scene.tables()).rulesVersion).toBe(3);
    expect(await scene.verdict()).toEqual([]);
  });

  it('take nothing of those whom the directory does not tell of, until it does', async () => {
    const scene = stage().scene('unread');
    const { faults } = stage().stack.simulator.world.control;
    faults.add({ ...graphFaults['answers 404'], path: graphCalls['GET /users/{id}'], tenantId: scene.tenantId });
    expect((await publishAsAsked(stage().stack, scene, 1, direct)).status).toBe(202);
    await stage().settle();
    expect(faults.list().map(({ struck }) => struck > 0)).toEqual([true]);
    for (const user of ['ada', 'lea']) expect(await scene.access(user)).toEqual(['role user', 'team blue']);

    stage().clear();
    await stage().run('fullSync');
    await stage().settle();
    expect(await scene.access('ada')).toEqual(['role user', 'team blue']);
    expect(await scene.changes('ada', 'revoke', 'role user')).toBe(0);
    expect(await scene.access('lea')).toEqual([]);
    expect(await scene.verdict(direct)).toEqual([]);
  }, 60_000);
});
