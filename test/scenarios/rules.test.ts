import { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import { usualRules } from './kit/cast.ts';
import { askForJob } from './kit/queues.ts';
import type { Scene } from './kit/scene.ts';
import { useStage } from './kit/stage.ts';
import { until } from './kit/until.ts';

const stage = useStage({ tenants: ['moved', 'events'], rules: () => usualRules({}, ['staff', 'visitors']) });

const versionKey = (version: number): string => `version|${String(version).padStart(12, '0')}`;

/** Stores another version in which `staff` gives nothing but the team, and asks for its activation. */
async function activateSecond({ tenantId }: Scene): Promise<void> {
  const { connectionString } = stage().stack.storage;
  const table = TableClient.fromConnectionString(connectionString, 'rules', { allowInsecureConnection: true });
  const first = await table.getEntity(tenantId, versionKey(1));
  const document = z.record(z.string(), z.unknown()).parse(JSON.parse(z.string().parse(first['document'])));
  const rules = z.array(z.looseObject({ id: z.string(), grants: z.unknown() })).parse(document['rules']);
  const changed = rules.map((rule) => (rule.id === 'staff' ? { ...rule, grants: { teams: ['blue'] } } : rule));
  await table.createEntity({
    partitionKey: tenantId,
    rowKey: versionKey(2),
    v: 1,
    version: 2,
    author: 'scenario',
    createdDateTime: z.string().parse(first['createdDateTime']),
    document: JSON.stringify({ ...document, rules: changed }),
    pins: z.string().parse(first['pins']),
  });
  await askForJob(stage().stack, tenantId, 'activate', '2');
}

describe('rules that are activated while events flow (D18)', () => {
  it('reach somebody whose reconcile began before they moved', async () => {
    const scene = stage().scene('moved');
    const held = stage().stack.proxy.faults.pause({ resource: 'access', verb: 'transaction' }, 'before');
    scene.join('nia', 'staff');
    await held.reached;
    // She is recorded nowhere yet, so the activation itself does not find her.
    const second = await stage().stack.addHost();
    await activateSecond(scene);
    await until(async () => (await scene.access('ada')).length === 1);
    held.release();
    await stage().settle();
    await second.stop();
    expect((await scene.tables()).rulesVersion).toBe(2);
    expect(await scene.access('nia')).toEqual(['team blue']);
    expect(await scene.access('ada')).toEqual(['team blue']);
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
  });
});
