import { idOf, usualMembers, usualRules, type Membership } from './kit/cast.ts';
import { approveAll, openHolds, standing } from './kit/crowd.ts';
import { operate } from './kit/operator.ts';
import type { Scene } from './kit/scene.ts';
import { lagSeconds, useStage } from './kit/stage.ts';
import { atOnce, leavers, ofGroup, oneByOne, others, people, unannounced, ways } from './kit/ways-of-losing.ts';

const strongest = { roleResolution: 'strongest' };
const twoRoles = (special: object): Record<string, unknown> => ({
  ...usualRules({}, ['crowd']),
  roles: [
    { id: 'create', precedence: 1 },
    { id: 'approve', precedence: 2 },
  ],
  rules: [
    { id: 'create', group: { id: idOf('crowd') }, grants: { roles: ['create'] } },
    { id: 'approve', group: { id: idOf('lab') }, grants: { roles: ['approve'] } },
  ],
  ...special,
});
const conflicts = [{ id: 'pay', roles: ['create', 'approve'], scope: 'same', action: 'withhold' }];

const alone = ['deleted', 'restored', 'counted', 'again before'];
const members: Membership = { ...usualMembers, crowd: people, nobodys: ['ada', ...others] };
const stage = useStage({
  tenants: [...Object.keys(ways), ...alone, 'forbidden', 'strongest'],
  members,
  rules: (tenant) =>
    tenant === 'forbidden'
      ? twoRoles({ conflicts })
      : tenant === 'strongest'
        ? twoRoles(strongest)
        : usualRules({}, ['staff', 'admins', 'crowd']),
});

const haveTeam = (scene: Scene) => standing(scene, people);
afterEach(() => {
  stage().clear();
});

describe('holds: no mass removal by accident', () => {
  it.each(Object.entries(ways))('holds those beyond the line, and no others: %s', async (name, way) => {
    const scene = stage().scene(name);
    // A ledger that can't be read or written delays everybody and takes nothing.
    const { faults } = stage().stack.proxy;
    const unreadable = { match: { resource: 'holds' }, effect: { kind: 'refuse', status: 412 } } as const;
    const readable = faults.add(unreadable);
    await way.lose(stage(), scene);
    await stage().quiet();
    expect(await haveTeam(scene)).toEqual({ firm: people, pending: [] });
    readable();
    // Unrelated users, and everything else of the same users, go on.
    scene.join('nia', 'staff');
    scene.leave('eve', 'admins');
    scene.join(people[9] ?? '', 'staff');
    await stage().settle();
    expect(await scene.access('nia')).toEqual(['role user', 'team blue']);
    expect(await scene.changes('eve', 'revoke', 'role admin')).toBe(1);
    expect(await scene.access(people[9] ?? '')).toEqual(['role user', 'team blue', 'team crowd']);

    const { firm, pending } = await haveTeam(scene);
    expect(firm).toEqual(people.slice(6));
    expect(pending).toHaveLength(leavers.length - way.passes);
    const alerts = stage().lines.filter(
      ({ message }) => message.includes('A hold is raised') && message.includes(scene.tenantId),
    );
    expect(alerts).toHaveLength(1);
    const [hold] = await openHolds(stage(), scene);
    expect(hold?.ledger).toBe(way.ledger);
    expect(hold?.pending.map(({ displayName }) => displayName).sort()).toEqual([...pending].sort());
    expect(hold?.pending.map(({ wouldLose }) => wouldLose.map(({ id }) => id))).toEqual(pending.map(() => ['crowd']));
    expect(await scene.verdict()).toEqual([]);

    // Neither time nor looking again ends it.
    await stage().pass(2 * 24 * 3600);
    await stage().run('fullSync');
    await stage().settle();
    expect(await haveTeam(scene)).toEqual({ firm, pending });

    // One comes back and waits no more; approval lets exactly the others pass.
    const [back = '', ...rest] = pending;
    way.undo(scene, back);
    await stage().settle();
    expect(await haveTeam(scene)).toEqual({
      firm: people.filter((one) => one === back || firm.includes(one)),
      pending: rest,
    });
    expect(await approveAll(stage(), scene)).toBe(202);
    await stage().settle();
    expect((await haveTeam(scene)).pending).toEqual([]);
    for (const one of rest) expect(await scene.changes(one, 'revoke', 'team crowd')).toBe(1);
    expect(await scene.changes(back, 'revoke', 'team crowd')).toBe(0);

    // The next single leaver passes.
    way.leave(scene, people[8] ?? '');
    await stage().settle();
    expect((await haveTeam(scene)).firm).not.toContain(people[8]);
    expect(await openHolds(stage(), scene)).toEqual([]);
    expect(await scene.verdict()).toEqual([]);
  });

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

  it.each(['forbidden', 'strongest'])('lets no %s combination arise while it keeps a fact (D7)', async (name) => {
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
