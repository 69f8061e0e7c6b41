import { TableClient } from '@azure/data-tables';
import { idOf, usualMembers, usualRules } from './kit/cast.ts';
import { type ApiAnswer, operate } from './kit/operator.ts';
import type { Scene } from './kit/scene.ts';
import { lagSeconds, useStage } from './kit/stage.ts';

const stage = useStage({
  tenants: ['idle', 'race', 'origins', 'edits'],
  members: { ...usualMembers, researchers: ['ada', 'dan', 'rob'], admins: ['ada', 'dan', 'eve', 'sam'] },
  rules: (tenant) =>
    usualRules(tenant === 'origins' ? { defaultRole: 'user' } : {}, ['staff', 'admins', 'researchers']),
});

const enter = { effect: 'grant', entitlement: { kind: 'permission', id: 'enter' }, reason: 'Visits.', approver: 'eve' };

/** The time so many seconds from now. */
function inSeconds(seconds: number): string {
  return new Date(stage().stack.clock.now() + seconds * 1_000).toISOString();
}

/** Puts an exception of a user, or closes it. */
async function except({ tenantId }: Scene, user: string, id: string, body?: object): Promise<ApiAnswer> {
  const path = `users/${idOf(user)}/exceptions/${id}`;
  const options = {
    method: body === undefined ? ('DELETE' as const) : ('PUT' as const),
    roles: ['Rolecall.Configure'],
  };
  const answer = await operate(stage().stack, tenantId, path, body, options);
  await stage().quiet();
  return answer;
}

async function dueRows(scene: Scene): Promise<readonly string[]> {
  return (await scene.tables()).work.filter((rowKey) => rowKey.startsWith('due|'));
}

describe('an exception', () => {
  it('starts and ends on time where nothing else happens, for a user no rule covers (R23)', async () => {
    const scene = stage().scene('idle');
    const times = { startDateTime: inSeconds(600), endDateTime: inSeconds(1_200) };
    expect((await except(scene, 'nia', 'visit', { ...enter, ...times })).status).toBe(201);
    expect(await dueRows(scene)).toHaveLength(3);
    const seen: (readonly string[])[] = [];
    // The net after five minutes, then the start and the end, each with the catch-up before and behind it.
    for (const seconds of [310, 280, 20, 580, 20]) {
      await stage().pass(seconds);
      await stage().run('catchUp');
      seen.push(await scene.access('nia'));
    }
    expect(seen).toEqual([[], [], ['permission enter'], ['permission enter'], []]);
    expect(await dueRows(scene)).toEqual([]);
    expect(await scene.verdict()).toEqual([]);
  });

  it('starts and ends on time within minutes, without a timer', async () => {
    const scene = stage().scene('race');
    await except(scene, 'lea', 'visit', { ...enter, startDateTime: inSeconds(60), endDateTime: inSeconds(120) });
    const seen: boolean[] = [];
    for (const seconds of [50, 15, 40, 20]) {
      await stage().pass(seconds);
      seen.push((await scene.access('lea')).includes('permission enter'));
    }
    expect(seen).toEqual([false, true, true, false]);
  });

  it('ends on time when an event of the same user comes with it, in whatever order', async () => {
    const scene = stage().scene('race');
    const users = ['ada', 'dan', 'eve'];
    for (const user of users) await except(scene, user, 'visit', { ...enter, endDateTime: inSeconds(400) });
    await stage().stack.advance(395_000);
    scene.leave('ada', 'staff');
    await stage().stack.advance(6_000);
    scene.leave('dan', 'staff');
    const timer = stage().run('catchUp');
    scene.leave('eve', 'staff');
    await timer;
    await stage().quiet();
    for (const user of users)
      expect([user, await scene.access(user)]).toEqual([
        user,
        expect.not.arrayContaining(['permission enter', 'team blue']),
      ]);
    await stage().settle();
    expect(await scene.verdict()).toEqual([]);
  });

  it('stands beside what groups and the default give, each with its origin, and survives a full sync (D3, R20)', async () => {
    const scene = stage().scene('origins');
    await except(scene, 'rob', 'team', { ...enter, entitlement: { kind: 'team', id: 'blue' } });
    await except(scene, 'ada', 'no-admin', { ...enter, effect: 'deny', entitlement: { kind: 'role', id: 'admin' } });
    const elsewhere = {
      ...enter,
      effect: 'scopes',
      entitlement: { kind: 'role', id: 'admin' },
      scopes: ['entity:two'],
    };
    await except(scene, 'dan', 'elsewhere', elsewhere);
    const before = (await scene.tables()).records.map(({ userId, revision }) => `${userId} ${revision}`);
    await stage().run('fullSync');
    await stage().settle();
    expect((await scene.tables()).records.map(({ userId, revision }) => `${userId} ${revision}`)).toEqual(before);

    const held = (await scene.record('rob'))?.assignments ?? [];
    expect(held.map(({ kind, sources }) => [kind, ...sources.map(({ origin }) => origin)])).toEqual([
      ['role', 'default'],
      ['businessFunction', 'group'],
      ['team', 'exception'],
    ]);
    expect(await scene.access('ada')).not.toContain('role admin');
    const scopes = async (user: string) =>
      (await scene.record(user))?.assignments.find(({ id }) => id === 'admin')?.scopes;
    expect([await scopes('dan'), await scopes('eve')]).toEqual([['entity:two'], ['entity:one']]);
    expect((await except(scene, 'ada', 'no-admin')).status).toBe(200);
    expect(await scene.access('ada')).toContain('role admin');
    expect(await scene.verdict()).toEqual([]);
  });
});

describe('edits of our tables from outside (R22)', () => {
  it('are found by a full sync, repaired and audited', async () => {
    const scene = stage().scene('edits');
    await except(scene, 'eve', 'no-user', { ...enter, effect: 'deny', entitlement: { kind: 'role', id: 'user' } });
    await stage().pass(lagSeconds + 120);
    const [access, assignments] = ['access', 'assignments'].map((name) =>
      TableClient.fromConnectionString(stage().stack.storage.connectionString, name, { allowInsecureConnection: true }),
    );
    const partition = (user: string) => `${scene.tenantId}|${idOf(user)}`;
    const rowOf = (name: string, user: string) => ({ partitionKey: `${scene.tenantId}|${name}`, rowKey: idOf(user) });
    await access?.updateEntity({ partitionKey: partition('ada'), rowKey: 'record', assignments: '[]' }, 'Merge');
    await access?.updateEntity({ partitionKey: partition('dan'), rowKey: 'record', facts: '{' }, 'Merge');
    await access?.deleteEntity(partition('rob'), 'record');
    await access?.deleteEntity(partition('eve'), 'exception|no-user');
    await assignments?.createEntity({ ...rowOf('role|admin', 'noa'), v: 1, assigned: true, revision: 7, scopes: '[]' });
    await assignments?.updateEntity({ ...rowOf('role|admin', 'sam'), revision: 99, scopes: '["everything"]' }, 'Merge');
    await assignments?.updateEntity({ ...rowOf('accounts', 'lea'), fact: 'none' }, 'Merge');

    await stage().run('fullSync');
    await stage().settle();
    for (const user of ['ada', 'dan', 'rob', 'eve']) {
      const audit = await scene.audit(user);
      expect([user, audit.filter(({ reason }) => reason === 'repair').length]).toEqual([user, 1]);
    }
    expect(await scene.verdict()).toEqual([]);
    expect(stage().lines.filter(({ message }) => message.includes('it is repaired'))).toHaveLength(4);
  });
});
