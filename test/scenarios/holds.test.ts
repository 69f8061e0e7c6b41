import { idOf, usualMembers, usualRules, type Membership } from './kit/cast.ts';
import { approveAll, openHolds, standing } from './kit/crowd.ts';
import { operate } from './kit/operator.ts';
import { publish } from './kit/publish.ts';
import type { Scene } from './kit/scene.ts';
import { lagSeconds, useStage } from './kit/stage.ts';
import { duty, twoRoles } from './kit/two-roles.ts';
import { atOnce, leavers, ofGroup, oneByOne, others, people, unannounced, ways } from './kit/ways-of-losing.ts';

const alone = ['deleted', 'restored', 'counted', 'again before', 'activated'];
/** Nested groups are only where a rule maps them: each watched group costs when a stage opens. */
const flat: Membership = {
  staff: ['ada', 'dan', 'eve'],
  admins: ['ada', 'dan', 'eve'],
  crowd: people,
  nobodys: others,
};
const mapsLab = ['forbidden', 'strongest'];
/** Each way twice: as it is, and while the ledger can be neither read nor written. */
const scenes = Object.entries(ways).flatMap(([name, way]) => [
  { name, way, blind: false },
  { name: `${name}, without a ledger`, way, blind: true },
]);
type Case = (typeof scenes)[number];

const stage = useStage({
  tenants: [...scenes.map(({ name }) => name), ...alone, ...mapsLab],
  members: (tenant) => (mapsLab.includes(tenant) ? { ...usualMembers, crowd: people } : flat),
  rules: (tenant) =>
    tenant === 'forbidden'
      ? twoRoles({ conflicts: [duty] })
      : tenant === 'strongest'
        ? twoRoles({ roleResolution: 'strongest' })
        : usualRules({}, ['staff', 'admins', 'crowd']),
});

const haveTeam = (scene: Scene) => standing(scene, people);
afterEach(() => {
  stage().clear();
});

/** What is found for every way, by its name. */
async function ofEach<T>(find: (scene: Scene, one: Case) => T | Promise<T>): Promise<Record<string, T>> {
  const found: [string, T][] = [];
  for (const one of scenes) found.push([one.name, await find(stage().scene(one.name), one)]);
  return Object.fromEntries(found);
}

/** Each test goes on where the one before it ended, with all ways side by side. */
describe('holds: every way of losing', () => {
  /** Whose loss waits, by way, as it was first seen. */
  const waiting = new Map<string, readonly string[]>();
  const waitingIn = ({ name }: Case): readonly string[] => waiting.get(name) ?? [];

  it('takes nothing while the ledger can not be read', async () => {
    const unreadable = { match: { resource: 'holds' }, effect: { kind: 'refuse', status: 412 } } as const;
    const readable = stage().stack.proxy.faults.add(unreadable);
    for (const { name, way, blind } of scenes) if (blind) await way.lose(stage(), stage().scene(name));
    await stage().quiet();
    expect(await ofEach(haveTeam)).toEqual(await ofEach(() => ({ firm: people, pending: [] })));
    readable();
  }, 60_000);

  it('is held beyond the line; everybody else, and everything else of the same users, goes on', async () => {
    for (const { name, way, blind } of scenes) {
      const scene = stage().scene(name);
      scene.join('nia', 'staff');
      scene.leave('eve', 'admins');
      scene.join(people[9] ?? '', 'staff');
      if (!blind) await way.lose(stage(), scene);
    }
    // What failed for hours is looked at again within the hour.
    await stage().pass(3600);
    await stage().run('catchUp');
    await stage().settle();
    const found = await ofEach(async (scene, { name }) => {
      const { firm, pending } = await haveTeam(scene);
      waiting.set(name, pending);
      const alerts = stage().lines.filter(
        ({ message }) => message.includes('A hold is raised') && message.includes(scene.tenantId),
      );
      return {
        firm,
        waiting: pending.length,
        alerts: alerts.length,
        nia: await scene.access('nia'),
        eve: await scene.access('eve'),
        last: await scene.access(people[9] ?? ''),
      };
    });
    expect(found).toEqual(
      await ofEach((_scene, { way }) => ({
        firm: people.slice(6),
        waiting: leavers.length - way.passes,
        alerts: 1,
        nia: ['role user', 'team blue'],
        eve: ['role user', 'team blue'],
        last: ['role user', 'team blue', 'team crowd'],
      })),
    );
    expect(await ofEach((scene) => scene.verdict())).toEqual(await ofEach(() => []));
  }, 120_000);

  it('is listed: who waits, and what each would lose', async () => {
    const listed = await ofEach(async (scene) =>
      (await openHolds(stage(), scene)).map(({ ledger, pending }) => ({
        ledger,
        names: pending.map(({ displayName }) => displayName).sort(),
        wouldLose: pending.map(({ wouldLose }) => wouldLose.map(({ id }) => id)),
      })),
    );
    expect(listed).toEqual(
      await ofEach((_scene, one) => [
        { ledger: one.way.ledger, names: waitingIn(one).toSorted(), wouldLose: waitingIn(one).map(() => ['crowd']) },
      ]),
    );
  });

  it('is ended neither by time nor by looking again', async () => {
    await stage().pass(2 * 24 * 3600);
    for (const timer of ['renewSubscriptions', 'deltaSweep', 'fullSync'] as const) await stage().run(timer);
    await stage().settle();
    expect(await ofEach(haveTeam)).toEqual(
      await ofEach((_scene, one) => ({ firm: people.slice(6), pending: waitingIn(one) })),
    );
  }, 60_000);

  it('is forgotten for whoever comes back', async () => {
    for (const one of scenes) one.way.undo(stage().scene(one.name), waitingIn(one)[0] ?? '');
    await stage().settle();
    expect(await ofEach(haveTeam)).toEqual(
      await ofEach((_scene, one) => {
        const [back, ...rest] = waitingIn(one);
        return { firm: people.filter((name) => name === back || people.indexOf(name) >= 6), pending: rest };
      }),
    );
  });

  it('is applied to exactly those who are approved', async () => {
    const answers = await ofEach((scene) => approveAll(stage(), scene));
    expect(answers).toEqual(await ofEach(() => 202));
    await stage().settle();
    expect(
      await ofEach(async (scene) => ({
        pending: (await haveTeam(scene)).pending,
        revokes: await Promise.all(leavers.map((one) => scene.changes(one, 'revoke', 'team crowd'))),
      })),
    ).toEqual(
      await ofEach((_scene, one) => ({
        pending: [],
        revokes: leavers.map((name) => (name === waitingIn(one)[0] ? 0 : 1)),
      })),
    );
  });

  it('lets the next single leaver pass', async () => {
    for (const { name, way } of scenes) way.leave(stage().scene(name), people[8] ?? '');
    await stage().settle();
    expect(await ofEach(async (scene) => (await haveTeam(scene)).firm.includes(people[8] ?? ''))).toEqual(
      await ofEach(() => false),
    );
    expect(await ofEach((scene) => openHolds(stage(), scene))).toEqual(await ofEach(() => []));
    expect(await ofEach((scene) => scene.verdict())).toEqual(await ofEach(() => []));
  });
});

describe('holds: no mass removal by accident', () => {
  it('counts a loss once, however often it is looked at', async () => {
    const scene = stage().scene('counted');
    const { notifications } = stage().stack.simulator.world.control;
    notifications.duplication = 1;
    await oneByOne(stage(), scene, people.slice(0, 3));
    await stage().run('deltaSweep');
    await stage().run('fullSync');
    await stage().settle();
    expect(await openHolds(stage(), scene)).toEqual([]);
    expect(await haveTeam(scene)).toEqual({ firm: people.slice(3), pending: [] });
    expect(await scene.verdict()).toEqual([]);
  });

  it('ends by itself when all come back before anybody looked at them', async () => {
    const scene = stage().scene('again before');
    const { faults } = stage().stack.proxy;
    const blind = { match: { resource: 'access', verb: 'query' }, effect: { kind: 'refuse', status: 412 } } as const;
    const looking = faults.add(blind);
    await unannounced(
      stage(),
      () => {
        atOnce(scene, ofGroup.leave);
      },
      () => operate(stage().stack, scene.tenantId, 'resync', { groupId: idOf('crowd') }),
    );
    await stage().quiet();
    looking();
    expect((await openHolds(stage(), scene)).map(({ pending }) => pending.length)).toEqual([leavers.length]);
    for (const name of leavers) ofGroup.undo(scene, name);
    await stage().settle();
    await stage().pass(lagSeconds + 1);
    await stage().run('fullSync');
    await stage().settle();
    expect(await openHolds(stage(), scene)).toEqual([]);
    expect(await haveTeam(scene)).toEqual({ firm: people, pending: [] });
    expect(await scene.changes(people[0] ?? '', 'revoke', 'team crowd')).toBe(0);
    expect(await scene.verdict()).toEqual([]);
  });

  it('approves exactly as far as the list was read', async () => {
    const scene = stage().scene('deleted');
    await oneByOne(stage(), scene, people.slice(0, 5));
    const [hold] = await openHolds(stage(), scene);
    const through = hold?.pending.at(-1)?.number ?? 0;
    // Somebody else leaves after the list was read.
    await oneByOne(stage(), scene, people.slice(5, 6));
    const path = `holds/${idOf('crowd')}/approve`;
    const approve = (number: number) => operate(stage().stack, scene.tenantId, path, { through: number });
    expect((await approve(through + 100)).status).toBe(409);
    expect((await approve(through)).status).toBe(202);
    await stage().settle();
    for (const name of people.slice(3, 5)) expect(await scene.changes(name, 'revoke', 'team crowd')).toBe(1);
    // He is counted anew: one of the five that are left crosses nothing.
    expect(await haveTeam(scene)).toEqual({ firm: people.slice(6), pending: [] });
    expect((await approve(through)).status).toBe(409);

    // A deleted group is held whatever the numbers; approval names who it was.
    scene.happen({ kind: 'groupDeleted', groupId: idOf('crowd') });
    await stage().settle();
    expect(await haveTeam(scene)).toEqual({ firm: [], pending: people.slice(6) });
    expect(await openHolds(stage(), scene)).toMatchObject([{ ledger: idOf('crowd'), reason: 'groupDeleted' }]);
    expect(await approveAll(stage(), scene)).toBe(202);
    await stage().settle();
    expect(await haveTeam(scene)).toEqual({ firm: [], pending: [] });
    const [revoke] = (await scene.audit(people[9] ?? '')).slice(-1);
    expect(revoke).toMatchObject({ reason: 'manual', changes: [{ type: 'revoke', id: 'crowd' }] });
    expect(await scene.verdict()).toEqual([]);
  });

  it('asks how many lose before new rules take from more than the line, and takes nothing till it is told', async () => {
    const scene = stage().scene('activated');
    await oneByOne(stage(), scene, leavers);
    const before = await haveTeam(scene);
    expect(before).toEqual({ firm: people.slice(6), pending: people.slice(3, 6) });
    const without = usualRules({}, ['staff', 'admins']);
    // Whoever waits in a hold holds what he waits for: seven of thirteen lose it.
    const asked = await publish(stage().stack, scene, 1, without);
    expect(asked).toMatchObject({ status: 409, body: { losers: 7 } });
    expect((await publish(stage().stack, scene, 1, without, 6)).status).toBe(409);
    await stage().settle();
    expect(await haveTeam(scene)).toEqual(before);
    expect((await scene.tables()).rulesVersion).toBe(1);

    expect((await publish(stage().stack, scene, 1, without, 7)).status).toBe(202);
    await stage().settle();
    expect(await haveTeam(scene)).toEqual({ firm: [], pending: [] });
    for (const one of people) expect(await scene.changes(one, 'revoke', 'team crowd')).toBe(1);
    expect(await openHolds(stage(), scene)).toEqual([]);
    expect(await scene.verdict(without)).toEqual([]);
  });

  it('holds everybody of a deleted group until it is restored', async () => {
    const scene = stage().scene('restored');
    scene.happen({ kind: 'groupDeleted', groupId: idOf('crowd') });
    await stage().settle();
    expect(await haveTeam(scene)).toEqual({ firm: [], pending: people });
    scene.happen({ kind: 'groupRestored', groupId: idOf('crowd') });
    await stage().quiet();
    await stage().run('fullSync');
    await stage().settle();
    expect(await openHolds(stage(), scene)).toEqual([]);
    expect(await haveTeam(scene)).toEqual({ firm: people, pending: [] });
    expect(await scene.changes(people[0] ?? '', 'revoke', 'team crowd')).toBe(0);
    expect(await scene.verdict()).toEqual([]);
  });

  it.each(mapsLab)('lets no %s combination arise while it keeps a fact (D7)', async (name) => {
    const scene = stage().scene(name);
    for (const one of people) {
      scene.leave(one, 'crowd');
      scene.join(one, 'lab');
    }
    await stage().settle();
    const { records } = await scene.tables();
    const ofPeople = records.filter(({ userId }) => people.some((one) => idOf(one) === userId));
    // Whoever waits still has the stronger role, and not the other one beside it.
    const roles = ofPeople.map(({ assignments }) => assignments.map(({ id }) => id).join());
    expect(roles.toSorted()).toEqual(
      [...people.slice(3).map(() => 'create'), ...people.slice(0, 3).map(() => 'approve')].toSorted(),
    );
    expect(await approveAll(stage(), scene)).toBe(202);
    await stage().settle();
    expect((await standing(scene, people, 'approve')).firm).toEqual(people);
    expect(await scene.verdict()).toEqual([]);
  });
});
