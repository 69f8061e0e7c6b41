import { z } from 'zod';
import { crowd, idOf, usualMembers, usualRules } from './kit/cast.ts';
import { operate } from './kit/operator.ts';
import type { Scene } from './kit/scene.ts';
import { useStage } from './kit/stage.ts';

/** Ten people in `crowd`; with 30 percent and 3 as the line, three may go and the fourth is held. */
const people = crowd(10);

const stage = useStage({
  tenants: ['one by one', 'repair', 'approve', 'latch', 'whole', 'deleted', 'restored', 'counted', 'race'],
  members: { ...usualMembers, crowd: people },
  rules: () => usualRules({}, ['staff', 'admins', 'crowd']),
});

const holdsSchema = z.object({
  holds: z.array(
    z.looseObject({
      ledger: z.string(),
      reason: z.string(),
      pending: z.array(z.looseObject({ number: z.number(), userId: z.string() })),
    }),
  ),
});

async function openHolds({ tenantId }: Scene) {
  return holdsSchema.parse((await operate(stage().stack, tenantId, 'holds')).body).holds;
}

/** Who of the crowd still has what it gives, and who of them waits for a revoke. */
async function crowdOf(scene: Scene): Promise<{ firm: readonly string[]; pending: readonly string[] }> {
  const { records } = await scene.tables();
  const withTeam = (pending: boolean) =>
    people.filter((name) =>
      records
        .find(({ userId }) => userId === idOf(name))
        ?.assignments.some(({ id, pendingSince }) => id === 'crowd' && (pendingSince !== undefined) === pending),
    );
  return { firm: withTeam(false), pending: withTeam(true) };
}

async function leaveOneByOne(scene: Scene, names: readonly string[]): Promise<void> {
  for (const name of names) {
    scene.leave(name, 'crowd');
    await stage().quiet();
  }
}

describe('holds: no mass removal by accident', () => {
  it('holds those who leave one by one beyond the line, while all others go on', async () => {
    const scene = stage().scene('one by one');
    await leaveOneByOne(scene, people.slice(0, 8));
    expect(await crowdOf(scene)).toEqual({ firm: people.slice(8), pending: people.slice(3, 8) });
    // Unrelated users, and everything else of the same users.
    scene.join('nia', 'staff');
    scene.leave('eve', 'admins');
    scene.join(people[5] ?? '', 'staff');
    await stage().quiet();
    await stage().settle();
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect(await scene.changes('eve', 'revoke', 'role admin')).toBe(1);
    expect(await scene.access(people[5] ?? '')).toEqual(['role user', 'team blue', 'team crowd (pending)']);
    expect(
      stage().lines.filter(({ message }) => message.includes('A hold is raised') && message.includes(scene.tenantId)),
    ).toHaveLength(1);
    expect(await scene.verdict()).toEqual([]);
  });

  it('counts a loss once, however often it is looked at', async () => {
    const scene = stage().scene('counted');
    const { notifications } = stage().stack.simulator.world.control;
    notifications.duplication = 1;
    await leaveOneByOne(scene, people.slice(0, 3));
    await stage().run('deltaSweep');
    await stage().run('fullSync');
    await stage().settle();
    stage().clear();
    expect(await openHolds(scene)).toEqual([]);
    expect(await crowdOf(scene)).toEqual({ firm: people.slice(3), pending: [] });
    expect(await scene.verdict()).toEqual([]);
  });

  it('ends when everybody who waits is a member again', async () => {
    const scene = stage().scene('repair');
    await leaveOneByOne(scene, people.slice(0, 6));
    await stage().settle();
    expect((await openHolds(scene)).map(({ pending }) => pending.length)).toEqual([3]);
    for (const name of people.slice(3, 6)) scene.join(name, 'crowd');
    await stage().quiet();
    await stage().settle();
    expect(await openHolds(scene)).toEqual([]);
    expect(await crowdOf(scene)).toEqual({ firm: people.slice(3), pending: [] });
    expect(await scene.changes(people[4] ?? '', 'revoke', 'team crowd')).toBe(0);
    expect(await scene.verdict()).toEqual([]);
  });

  it('lets exactly those pass whom a person approved', async () => {
    const scene = stage().scene('approve');
    await leaveOneByOne(scene, people.slice(0, 6));
    const [hold] = await openHolds(scene);
    const through = hold?.pending.at(-1)?.number ?? 0;
    expect(hold?.pending.map(({ userId }) => userId)).toEqual(people.slice(3, 6).map(idOf));
    // Somebody else leaves after the list was read.
    await leaveOneByOne(scene, people.slice(6, 8));
    const path = `holds/${idOf('crowd')}/approve`;
    expect(await operate(stage().stack, scene.tenantId, path, { through: through + 100 })).toMatchObject({
      status: 409,
    });
    expect(await operate(stage().stack, scene.tenantId, path, { through })).toMatchObject({ status: 202 });
    await stage().settle();
    // Two of four are more than the line again: the first of them crosses nothing, the second is held.
    const { firm, pending } = await crowdOf(scene);
    expect(firm).toEqual(people.slice(8));
    for (const name of people.slice(3, 6)) expect(await scene.changes(name, 'revoke', 'team crowd')).toBe(1);
    for (const name of pending) expect(people.slice(6, 8)).toContain(name);
    expect(await operate(stage().stack, scene.tenantId, path, { through })).toMatchObject({ status: 409 });
    expect(await scene.verdict()).toEqual([]);
  });

  it('is ended neither by time nor by looking again', async () => {
    const scene = stage().scene('latch');
    await leaveOneByOne(scene, people.slice(0, 5));
    await stage().pass(3 * 24 * 3600);
    await stage().run('deltaSweep');
    await stage().run('fullSync');
    await stage().settle();
    expect(await crowdOf(scene)).toEqual({ firm: people.slice(5), pending: people.slice(3, 5) });
    // Latched: the next one waits, too, although a new window has begun.
    await leaveOneByOne(scene, people.slice(5, 6));
    expect((await crowdOf(scene)).pending).toEqual(people.slice(3, 6));
    await stage().settle();
    expect(await scene.verdict()).toEqual([]);
  });

  it('is raised for a whole difference before anybody loses anything', async () => {
    const scene = stage().scene('whole');
    stage().stack.simulator.world.control.notifications.loss = 1;
    for (const name of people.slice(0, 9)) scene.leave(name, 'crowd');
    await stage().quiet();
    stage().clear();
    await stage().run('fullSync');
    await stage().settle();
    expect(await crowdOf(scene)).toEqual({ firm: people.slice(9), pending: people.slice(0, 9) });
    expect(await scene.verdict()).toEqual([]);
  });

  it('holds everybody of a deleted group until it is restored', async () => {
    const scene = stage().scene('restored');
    scene.happen({ kind: 'groupDeleted', groupId: idOf('crowd') });
    await stage().quiet();
    await stage().settle();
    expect(await openHolds(scene)).toMatchObject([{ ledger: idOf('crowd'), reason: 'groupDeleted' }]);
    expect(await crowdOf(scene)).toEqual({ firm: [], pending: people });
    scene.happen({ kind: 'groupRestored', groupId: idOf('crowd') });
    await stage().quiet();
    await stage().run('fullSync');
    await stage().settle();
    expect(await openHolds(scene)).toEqual([]);
    expect(await crowdOf(scene)).toEqual({ firm: people, pending: [] });
    expect(await scene.changes(people[0] ?? '', 'revoke', 'team crowd')).toBe(0);
    expect(await scene.verdict()).toEqual([]);
  });

  it('applies the deletion of a group that a person approved, and says who it was', async () => {
    const scene = stage().scene('deleted');
    scene.happen({ kind: 'groupDeleted', groupId: idOf('crowd') });
    await stage().quiet();
    await stage().settle();
    const [hold] = await openHolds(scene);
    const through = hold?.pending.at(-1)?.number;
    const answer = await operate(stage().stack, scene.tenantId, `holds/${idOf('crowd')}/approve`, { through });
    expect(answer.status).toBe(202);
    await stage().settle();
    expect(await crowdOf(scene)).toEqual({ firm: [], pending: [] });
    const { operationId } = z.object({ operationId: z.string() }).parse(answer.body);
    const [revoke] = (await scene.audit(people[0] ?? '')).slice(-1);
    expect(revoke).toMatchObject({ causeId: operationId, changes: [{ type: 'revoke', id: 'crowd' }] });
    expect(await scene.verdict()).toEqual([]);
  });

  it('counts rightly when everybody leaves at the same moment', async () => {
    const scene = stage().scene('race');
    for (const name of people) scene.leave(name, 'crowd');
    await stage().quiet();
    await stage().settle();
    const { firm, pending } = await crowdOf(scene);
    expect(firm).toEqual([]);
    expect(pending).toHaveLength(7);
    expect(await scene.verdict()).toEqual([]);
  });
});
