import { usualMembers, usualRules } from './kit/cast.ts';
import { askForSweeps } from './kit/queues.ts';
import { useStage } from './kit/stage.ts';
import { until } from './kit/until.ts';
import { crashAtWrite } from './kit/writes.ts';

/** Far more than a move has writes. */
const mostWrites = 30;
const usualStaff = usualMembers['staff'] ?? [];
const movers = Array.from({ length: mostWrites }, (_, index) => `mover-${index}`);

const stage = useStage({
  tenants: ['crash', 'race', 'answers', 'sweep'],
  members: (tenant) => ({
    ...usualMembers,
    staff: [...usualStaff, ...(tenant === 'crash' ? movers : movers.slice(0, 6))],
  }),
  rules: () => usualRules({ holds: { lossPercent: 100, lossMinimum: 1000 } }, ['staff', 'visitors']),
});

describe('promise 3: one change, one audit entry', () => {
  it('whichever write of a move the host dies at', async () => {
    const scene = stage().scene('crash');
    let crashes = 0;
    for (const [index, mover] of movers.entries()) {
      const crashed = await crashAtWrite(stage(), index + 1, () => {
        scene.leave(mover, 'staff');
        scene.join(mover, 'visitors');
      });
      expect(await scene.access(mover)).toEqual(['permission enter']);
      expect(await scene.changes(mover, 'revoke', 'role user')).toBe(1);
      expect(await scene.changes(mover, 'grant', 'permission enter')).toBe(1);
      // Nothing was written in part, so that it would have to be put right.
      expect((await scene.audit(mover)).map(({ reason }) => reason)).not.toContain('repair');
      if (!crashed) break;
      crashes += 1;
    }
    expect(await scene.verdict()).toEqual([]);
    // A reconcile has at least the message, the transaction, derived rows, the outbox and the message's end.
    expect(crashes).toBeGreaterThanOrEqual(12);
    expect(crashes).toBeLessThan(mostWrites);
  }, 180_000);

  it('when two workers have the same user at the same time', async () => {
    const scene = stage().scene('race');
    const { proxy } = stage().stack;
    const second = await stage().stack.addHost();
    const held = proxy.faults.pause({ service: 'table', resource: 'access', verb: 'transaction' }, 'before');
    scene.join('nia', 'staff');
    await held.reached;
    scene.join('nia', 'visitors');
    await until(async () => (await scene.access('nia')).includes('permission enter'));
    held.release();
    await stage().settle();
    await second.stop();
    expect(await scene.access('nia')).toEqual(['permission enter', 'role user', 'team blue']);
    expect(await scene.changes('nia', 'grant', 'role user')).toBe(1);
    expect(await scene.changes('nia', 'grant', 'permission enter')).toBe(1);
    expect(await scene.verdict()).toEqual([]);
  }, 60_000);

  it.each([
    ['a transaction', { resource: 'access', verb: 'transaction' }],
    ['a claim', { resource: 'holds', verb: 'transaction' }],
    ['a derived row', { resource: 'assignments', verb: 'insert' }],
    ['a tombstone', { resource: 'assignments', verb: 'replace' }],
    ['the feed', { resource: 'changes', verb: 'insert' }],
    ['the outbox', { resource: 'access', verb: 'delete' }],
  ] as const)(
    'when the answer to %s is lost',
    async (what, match) => {
      const scene = stage().scene('answers');
      const mover =
        movers.at(
          ['a transaction', 'a claim', 'a derived row', 'a tombstone', 'the feed', 'the outbox'].indexOf(what),
        ) ?? '';
      stage().stack.proxy.faults.add({ match, effect: { kind: 'loseResponse' }, times: 1 });
      scene.leave(mover, 'staff');
      scene.join(mover, 'visitors');
      await stage().quiet();
      await stage().settle();
      expect(stage().stack.proxy.faults.injected()['loseResponse']).toBeGreaterThan(0);
      stage().clear();
      expect(await scene.access(mover)).toEqual(['permission enter']);
      expect(await scene.changes(mover, 'revoke', 'role user')).toBe(1);
      expect(await scene.verdict()).toEqual([]);
    },
    60_000,
  );
});

describe('promise 11: a sweep advances its cursor last', () => {
  it('whichever write the host dies at, nobody is lost', async () => {
    const scene = stage().scene('sweep');
    const { control } = stage().stack.simulator.world;
    // Lease, messages, cursor, the job's message: more than these a sweep of one page does not write.
    for (const [index, mover] of movers.slice(0, 5).entries()) {
      control.notifications.loss = 1;
      scene.join(mover, 'visitors');
      await crashAtWrite(stage(), index + 1, () => askForSweeps(stage().stack, scene.tenantId));
      // The message of the job may have been the last thing that was known of it.
      await stage().pass(400);
      await stage().run('catchUp');
      await stage().settle();
      expect(await scene.access(mover)).toEqual(['permission enter', 'role user', 'team blue']);
    }
    stage().clear();
    expect(await scene.verdict()).toEqual([]);
  }, 60_000);
});
