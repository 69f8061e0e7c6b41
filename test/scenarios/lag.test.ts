import { idOf, usualRules } from './kit/cast.ts';
import { graphCalls } from './kit/faults.ts';
import { operate } from './kit/operator.ts';
import type { Scene } from './kit/scene.ts';
import { lagSeconds, useStage } from './kit/stage.ts';

const stage = useStage({
  tenants: ['stale join', 'stale leave', 'early news', 'silence', 'old fact', 'account'],
  rules: () => usualRules({}, ['staff', 'admins', 'editors', 'researchers']),
});

/** The next reads of a user's groups come from a replica that is behind: it knows these groups and no others. */
function answerStale(scene: Scene, groups: readonly string[], count = 1): void {
  const body = { value: groups.map(idOf) };
  const { faults } = stage().stack.simulator.world.control;
  faults.add({ path: graphCalls['POST getMemberGroups'], tenantId: scene.tenantId, body, count });
}

async function lookAt(scene: Scene, user: string): Promise<void> {
  await operate(stage().stack, scene.tenantId, 'resync', { userId: idOf(user) });
  await stage().quiet();
}

describe('promise 1: a fact is not overturned before every replica can know it', () => {
  afterEach(() => {
    stage().clear();
  });

  it('keeps a fresh membership that a stale replica does not know', async () => {
    const scene = stage().scene('stale join');
    scene.join('nia', 'staff');
    await stage().quiet();
    answerStale(scene, []);
    await stage().pass(lagSeconds - 5);
    await lookAt(scene, 'nia');
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    await stage().settle();
    expect(await scene.changes('nia', 'revoke', 'role user')).toBe(0);
    expect(await scene.verdict()).toEqual([]);
  });

  it('does not give back what was left, on the word of a stale replica', async () => {
    const scene = stage().scene('stale leave');
    scene.leave('eve', 'researchers');
    await stage().quiet();
    expect(await scene.changes('eve', 'revoke', 'businessFunction research')).toBe(1);
    answerStale(scene, ['staff', 'admins', 'editors', 'researchers']);
    await stage().pass(lagSeconds - 5);
    await lookAt(scene, 'eve');
    expect(await scene.access('eve')).toEqual(['role admin', 'role editor', 'role user', 'team blue']);
    await stage().settle();
    expect(await scene.changes('eve', 'grant', 'businessFunction research')).toBe(1);
    expect(await scene.verdict()).toEqual([]);
  });

  it('looks again when the news is earlier than the replica', async () => {
    const scene = stage().scene('early news');
    answerStale(scene, []);
    scene.join('nia', 'staff');
    await stage().quiet();
    expect(await scene.access('nia')).toEqual([]);
    await stage().pass(lagSeconds + 2);
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    await stage().settle();
    expect(await scene.verdict()).toEqual([]);
  });

  it('looks at most three times for one piece of news, and then is silent', async () => {
    const scene = stage().scene('silence');
    answerStale(scene, [], 100);
    const { faults } = stage().stack.simulator.world.control;
    scene.join('nia', 'staff');
    await stage().quiet();
    await stage().settle();
    for (let look = 0; look < 4; look += 1) await stage().pass(lagSeconds + 2);
    const [fault] = faults.list();
    expect(fault?.struck).toBeGreaterThan(1);
    expect(fault?.struck).toBeLessThanOrEqual(3);
  });

  it('does overturn an old one', async () => {
    const scene = stage().scene('old fact');
    scene.leave('eve', 'staff');
    await stage().quiet();
    expect(await scene.changes('eve', 'revoke', 'role user')).toBe(1);
    await stage().settle();
    expect(await scene.verdict()).toEqual([]);
  });

  it('holds for accounts, too', async () => {
    const scene = stage().scene('account');
    scene.change('eve', { accountEnabled: false });
    await stage().run('deltaSweep');
    expect(await scene.access('eve')).toEqual([]);
    scene.change('eve', { accountEnabled: true });
    await lookAt(scene, 'eve');
    expect((await scene.record('eve'))?.state).toBe('suspended');
    await stage().settle();
    expect((await scene.record('eve'))?.state).toBe('active');
    expect(await scene.verdict()).toEqual([]);
  });
});
