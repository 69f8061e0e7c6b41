import { crowd, idOf, type RuleName, usualMembers, usualRules } from './kit/cast.ts';
import { useStage } from './kit/stage.ts';

/** Each mapped group is compared when rules come into force, so no tenant maps more than its test needs. */
const moreRules: Readonly<Record<string, readonly RuleName[]>> = { many: ['crowd'], nested: ['editors'] };

const stage = useStage({
  tenants: ['lost', 'many', 'nested', 'cycle', 'accounts', 'gone', 'reset', 'expired', 'guests', 'storm', 'unmapped'],
  members: { ...usualMembers, nobodys: crowd(30) },
  rules: (tenant) => usualRules({}, ['staff', 'admins', 'visitors', ...(moreRules[tenant] ?? [])]),
});

/** Nobody is told of what happens from now on. */
function silence(): void {
  stage().stack.simulator.world.control.notifications.loss = 1;
}

describe('feeds: whatever one of them misses another one finds', () => {
  afterEach(() => {
    stage().clear();
  });

  it('a lost notification, by the next sweep', async () => {
    const scene = stage().scene('lost');
    silence();
    scene.join('nia', 'staff');
    scene.leave('eve', 'admins');
    await stage().quiet();
    expect(await scene.access('nia')).toEqual([]);
    await stage().run('deltaSweep');
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect(await scene.changes('eve', 'revoke', 'role admin')).toBe(1);
    await stage().settle();
    expect(await scene.verdict()).toEqual([]);
  });

  it('many members in one notification, by an expansion', async () => {
    const scene = stage().scene('many');
    for (const member of crowd(30)) scene.join(member, 'crowd');
    await stage().quiet();
    await stage().settle();
    for (const member of [crowd(30)[0], crowd(30)[29]])
      expect(await scene.access(member ?? '')).toEqual(['team crowd']);
    expect(await scene.verdict()).toEqual([]);
  });

  it('a nested group that is joined and left, and people in it', async () => {
    const scene = stage().scene('nested');
    expect(await scene.access('axl')).toEqual(['role user', 'team blue']);
    scene.join('annex', 'visitors');
    await stage().quiet();
    await stage().settle();
    expect(await scene.access('axl')).toEqual(['permission enter', 'role user', 'team blue']);
    // A direct rule does not see who is nested.
    expect(await scene.access('lea')).toEqual(['role user', 'team blue']);
    scene.leave('annex', 'lab');
    await stage().quiet();
    await stage().settle();
    expect(await scene.access('axl')).toEqual(['permission enter']);
    scene.join('nia', 'annex');
    await stage().quiet();
    await stage().settle();
    expect(await scene.access('nia')).toEqual(['permission enter']);
    expect(await scene.verdict()).toEqual([]);
  });

  it('groups that contain each other', async () => {
    const scene = stage().scene('cycle');
    scene.join('lab', 'annex');
    scene.join('staff', 'annex');
    scene.join('nia', 'annex');
    await stage().quiet();
    await stage().settle();
    await stage().run('fullSync');
    await stage().settle();
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    scene.leave('nia', 'annex');
    scene.leave('lab', 'annex');
    await stage().quiet();
    await stage().settle();
    expect(await scene.access('nia')).toEqual([]);
    expect(await scene.verdict()).toEqual([]);
  });

  it('accounts that are disabled, enabled, deleted and restored', async () => {
    const scene = stage().scene('accounts');
    const everything = await scene.access('eve');
    scene.change('eve', { accountEnabled: false });
    await stage().quiet();
    await stage().settle();
    expect((await scene.record('eve'))?.state).toBe('suspended');
    scene.change('eve', { accountEnabled: true });
    await stage().quiet();
    await stage().settle();
    expect(await scene.access('eve')).toEqual(everything);
    scene.happen({ kind: 'userDeleted', userId: idOf('eve') });
    await stage().run('deltaSweep');
    await stage().settle();
    expect((await scene.record('eve'))?.state).toBe('removed');
    scene.happen({ kind: 'userRestored', userId: idOf('eve') });
    await stage().run('deltaSweep');
    await stage().settle();
    expect(await scene.access('eve')).toEqual(everything);
    expect(await scene.verdict()).toEqual([]);
  });

  it('somebody who is gone for good, by the full sync and a second 404', async () => {
    const scene = stage().scene('gone');
    silence();
    scene.happen({ kind: 'userDeleted', userId: idOf('eve') });
    scene.happen({ kind: 'userPurged', userId: idOf('eve') });
    await stage().quiet();
    await stage().run('fullSync');
    expect((await scene.record('eve'))?.state).toBe('active');
    await stage().settle();
    expect((await scene.record('eve'))?.state).toBe('removed');
    expect(await scene.verdict()).toEqual([]);
  });

  it('a guest who becomes a member, by the users delta', async () => {
    const scene = stage().scene('guests');
    scene.join('guest-gus', 'staff');
    scene.join('guest-gus', 'visitors');
    await stage().quiet();
    expect(await scene.access('guest-gus')).toEqual(['permission enter']);
    await stage().settle();
    scene.change('guest-gus', { userType: 'Member' });
    await stage().quiet();
    await stage().settle();
    expect(await scene.access('guest-gus')).toEqual(['permission enter', 'role user', 'team blue']);
    expect(await scene.verdict()).toEqual([]);
  });

  it('nothing of groups that no rule maps (R3)', async () => {
    const scene = stage().scene('unmapped');
    scene.join('nia', 'nobodys');
    await stage().quiet();
    await stage().run('deltaSweep');
    await stage().settle();
    expect(await scene.record('nia')).toBeUndefined();
  });

  it('a change while the delta links were reset (410), by the expansion that covers the gap', async () => {
    const scene = stage().scene('reset');
    const { faults } = stage().stack.simulator.world.control;
    silence();
    scene.join('nia', 'staff');
    scene.leave('eve', 'admins');
    scene.change('dan', { accountEnabled: false });
    const strike = faults.add({
      path: '^/v1.0/(groups|users)/delta$',
      tenantId: scene.tenantId,
      status: 410,
      count: 2,
    });
    await stage().run('deltaSweep');
    await stage().settle();
    expect(strike.struck).toBe(2);
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect((await scene.record('dan'))?.state).toBe('suspended');
    expect(await scene.changes('eve', 'revoke', 'role admin')).toBe(1);
    expect(await scene.changes('ada', 'revoke', 'role admin')).toBe(0);
    expect(await scene.verdict()).toEqual([]);
  });

  it('a change while nobody swept for longer than the links live', async () => {
    const scene = stage().scene('expired');
    silence();
    scene.join('nia', 'staff');
    scene.leave('eve', 'admins');
    await stage().pass(9 * 24 * 3600);
    await stage().run('deltaSweep');
    await stage().settle();
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect(await scene.changes('eve', 'revoke', 'role admin')).toBe(1);
    expect(await scene.verdict()).toEqual([]);
  });

  it('news that come twice, late and in the wrong order', async () => {
    const scene = stage().scene('storm');
    const { notifications } = stage().stack.simulator.world.control;
    Object.assign(notifications, { duplication: 0.7, reordering: 0.7 });
    for (let round = 0; round < 6; round += 1) {
      for (const user of ['ada', 'dan', 'eve', 'nia', 'noa']) {
        if (round % 2 === 0) scene.join(user, 'visitors');
        else scene.leave(user, 'visitors');
        await stage().stack.advance(700);
      }
    }
    await stage().quiet();
    await stage().settle();
    expect(await scene.verdict()).toEqual([]);
  });
});
