import { receiveNotifications } from '../../../src/lib/detect/receive-notifications.ts';
import { tenantId } from '../../builders/record.ts';
import { alpha, beta, gamma } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { everythingGoesOn, fakeTenant, subscriptionOf } from './fake-tenant.ts';

const otherTenant = '33333333-3333-4333-8333-333333333333';

function user(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

interface Member {
  readonly id: string;
  readonly '@removed'?: string;
}

const joined = (number: number): Member => ({ id: user(number) });
const left = (number: number): Member => ({ id: user(number), '@removed': 'deleted' });

/** An entry as Graph sends it for a group; without members the group itself changed. */
function entry(groupId: string, members?: readonly Member[], special: object = {}): object {
  return {
    tenantId,
    subscriptionId: beta,
    clientState: 'secret',
    changeType: 'updated',
    resource: `Groups/${groupId}`,
    resourceData: {
      '@odata.type': '#Microsoft.Graph.Group',
      id: groupId,
      ...(members === undefined ? {} : { 'members@delta': members }),
    },
    ...special,
  };
}

const userEntry = (special: object = {}): object => ({
  ...entry(gamma),
  resource: `Users/${user(1)}`,
  resourceData: { id: user(1) },
  ...special,
});

const nothing = { accepted: 0, malformed: 0, strangers: 0, unwatched: 0, users: 0, jobs: 0 };

function received(tenants: readonly ReturnType<typeof fakeTenant>[], value: readonly unknown[], traceparent?: string) {
  const byId = new Map(tenants.map(({ ports }) => [ports.tenantId, ports]));
  return receiveNotifications((id) => byId.get(id), { value }, traceparent);
}

/** Whom the tenant was asked to look at, and what was announced of them. */
function looks({ users }: ReturnType<typeof fakeTenant>) {
  return users.map(({ userId, hint }) => [userId, hint]);
}

const expansion = (id: string) => ({ kind: 'expand', id, causeId: 'cause', delaySeconds: 0, continues: false });
const usersSweep = { ...expansion('users'), kind: 'sweep' };

describe('receiveNotifications', () => {
  it('enqueues members who joined and left, with what was announced', async () => {
    const tenant = fakeTenant();
    expect(await received([tenant], [entry(alpha, [joined(1), left(2)])], 'trace')).toEqual({
      ...nothing,
      accepted: 1,
      users: 2,
    });
    const request = {
      v: 1,
      tenantId,
      causeId: 'cause',
      enqueuedDateTime: at(0),
      attempt: 0,
      reason: 'notification',
      traceparent: 'trace',
    };
    expect(tenant.users).toEqual([
      { ...request, userId: user(1), hint: { groupId: alpha, membership: 'joined' } },
      { ...request, userId: user(2), hint: { groupId: alpha, membership: 'left' } },
    ]);
    expect(tenant.jobs).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['no list inside', { value: {} }],
  ])('takes %s for no collection', async (_case, body) => {
    expect(await receiveNotifications(() => undefined, body)).toBeUndefined();
  });

  it('is content with an empty collection', async () => {
    expect(await received([fakeTenant()], [])).toEqual(nothing);
  });
});

describe('receiveNotifications, entries that are not ours or not sound', () => {
  it.each<[string, unknown, keyof typeof nothing]>([
    ['nothing', null, 'malformed'],
    ['a text', 'Groups', 'malformed'],
    ['no tenant', entry(alpha, [joined(9)], { tenantId: undefined }), 'malformed'],
    ['a tenant that is no id', entry(alpha, [joined(9)], { tenantId: 'contoso' }), 'malformed'],
    ['no clientState', entry(alpha, [joined(9)], { clientState: undefined }), 'malformed'],
    ['an endless clientState', entry(alpha, [joined(9)], { clientState: 'x'.repeat(256) }), 'malformed'],
    ['a member that is no id', entry(alpha, [{ id: '../users' }]), 'malformed'],
    ['a resource of another kind', entry(alpha, [joined(9)], { resource: `Devices/${alpha}` }), 'malformed'],
    ['a group that is no id', entry(alpha, undefined, { resource: 'Groups/x', resourceData: undefined }), 'malformed'],
    ['no group at all', entry(alpha, undefined, { resource: 'Groups', resourceData: undefined }), 'malformed'],
    ['another tenant', entry(alpha, [joined(9)], { tenantId: otherTenant }), 'strangers'],
    ['another clientState', entry(alpha, [joined(9)], { clientState: 'guess' }), 'strangers'],
  ])('%s is counted and discards nothing beside it', async (_case, bad, counted) => {
    const tenant = fakeTenant();
    const good = [entry(alpha, [joined(1)]), entry(beta, [joined(2)])];
    const [first, second] = good;
    expect(await received([tenant], [first, bad, second])).toEqual({ ...nothing, accepted: 2, users: 2, [counted]: 1 });
    expect(tenant.users.map(({ userId }) => userId)).toEqual([user(1), user(2)]);
    expect(tenant.jobs).toEqual([]);
  });

  it('drops groups that nobody watches once it knows which are watched', async () => {
    const tenant = fakeTenant({ watched: [alpha] });
    await received([tenant], [entry(alpha, [])]);
    await everythingGoesOn();
    expect(await received([tenant], [entry(beta, [joined(1)]), entry(beta), entry(alpha, [joined(2)])])).toEqual({
      ...nothing,
      accepted: 1,
      unwatched: 2,
      users: 1,
    });
    expect(looks(tenant)).toEqual([[user(2), { groupId: alpha, membership: 'joined' }]]);
  });

  it('keeps tenants apart: the secret of one is worth nothing for the other (A30, promise 10)', async () => {
    const one = fakeTenant();
    const other = fakeTenant({ tenantId: otherTenant, subscriptions: [subscriptionOf('theirs')] });
    const outcome = await received(
      [one, other],
      [
        entry(alpha, [joined(1)]),
        entry(alpha, [joined(2)], { tenantId: otherTenant, clientState: 'theirs' }),
        entry(alpha, [joined(3)], { tenantId: otherTenant }),
        entry(alpha, [joined(4)], { clientState: 'theirs' }),
      ],
    );
    expect(outcome).toEqual({ ...nothing, accepted: 2, strangers: 2, users: 2 });
    expect([one, other].map(({ users }) => users.map((sent) => [sent.tenantId, sent.userId]))).toEqual([
      [[tenantId, user(1)]],
      [[otherTenant, user(2)]],
    ]);
  });
});

describe('receiveNotifications, spellings', () => {
  it.each([
    ['capitalised, as captured', `Groups/${alpha}`],
    ['lower case', `groups/${alpha}`],
    ['with a leading slash', `/groups/${alpha}`],
    ['with the member named, as other consumers parse it', `Groups/${alpha}/members/${user(1)}`],
    ['with an id in upper case', `GROUPS/${alpha.toUpperCase()}`],
  ])('reads a resource %s', async (_case, resource) => {
    const tenant = fakeTenant();
    const sent = entry(alpha.toUpperCase(), [{ id: user(1) }], { resource });
    expect(await received([tenant], [sent])).toEqual({ ...nothing, accepted: 1, users: 1 });
    expect(looks(tenant)).toEqual([[user(1), { groupId: alpha, membership: 'joined' }]]);
  });

  it('writes every id in lower case, and takes two spellings for one', async () => {
    const tenant = fakeTenant();
    const upper = 'ABCDEF00-0000-4000-8000-000000000001';
    const entries = [
      entry(alpha.toUpperCase(), [{ id: upper }], { tenantId: tenantId.toUpperCase() }),
      entry(alpha, [{ id: upper.toLowerCase() }]),
    ];
    expect(await received([tenant], entries)).toEqual({ ...nothing, accepted: 2, users: 1 });
    expect(looks(tenant)).toEqual([[upper.toLowerCase(), { groupId: alpha, membership: 'joined' }]]);
  });

  it('finds the group of a named member in the path, not in the data', async () => {
    const tenant = fakeTenant();
    const sent = entry(alpha, undefined, {
      resource: `Groups/${alpha}/members/${user(1)}`,
      resourceData: { id: user(1) },
    });
    await received([tenant], [sent]);
    expect(tenant.jobs).toEqual([expansion(alpha)]);
  });

  it('takes an @removed of any shape for a leave', async () => {
    const tenant = fakeTenant();
    const members = [
      { id: user(1), '@removed': 'deleted' },
      { id: user(2), '@removed': { reason: 'deleted' } },
      { id: user(3), '@removed': null },
    ];
    const sent = entry(alpha, undefined, { resourceData: { id: alpha, 'members@delta': members } });
    await received([tenant], [sent]);
    expect(tenant.users.map(({ hint }) => hint?.membership)).toEqual(['left', 'left', 'left']);
  });
});

describe('receiveNotifications, what is announced together', () => {
  it.each([
    ['in one entry', [entry(alpha, [joined(1), left(1)])]],
    ['in two entries', [entry(alpha, [left(1)]), entry(alpha, [joined(1)])]],
    ['again and again', [entry(alpha, [left(1), joined(1), left(1)])]],
  ])('looks at somebody who joined and left %s, expecting nothing', async (_case, entries) => {
    const tenant = fakeTenant();
    await received([tenant], entries);
    expect(tenant.users).toHaveLength(1);
    expect(tenant.users[0]?.hint).toEqual({ groupId: alpha });
  });

  it('looks once at somebody announced twice alike, and once for each group', async () => {
    const tenant = fakeTenant();
    await received([tenant], [entry(alpha, [joined(1)]), entry(alpha, [joined(1)]), entry(beta, [left(1)])]);
    expect(looks(tenant)).toEqual([
      [user(1), { groupId: alpha, membership: 'joined' }],
      [user(1), { groupId: beta, membership: 'left' }],
    ]);
  });

  const many = (count: number, first = 1) => Array.from({ length: count }, (_, index) => joined(first + index));

  it.each([
    ['twenty members are looked at one by one', [entry(alpha, many(20))], 20, []],
    ['more become one comparison', [entry(alpha, many(21))], 0, [expansion(alpha)]],
    ['more, over several entries', [entry(alpha, many(15)), entry(alpha, many(15, 16))], 0, [expansion(alpha)]],
    ['each group counts by itself', [entry(alpha, many(20)), entry(beta, many(20))], 40, []],
    ['a change of the group itself', [entry(alpha)], 0, [expansion(alpha)]],
    ['a change of the group after members', [entry(alpha, many(2)), entry(alpha)], 0, [expansion(alpha)]],
    ['members after a change of the group', [entry(alpha), entry(alpha, many(2))], 0, [expansion(alpha)]],
    ['no members at all', [entry(alpha, [])], 0, []],
    ['users', [userEntry(), userEntry({ resource: `users/${user(2)}` })], 0, [usersSweep]],
    ['users and a group', [userEntry(), entry(alpha, many(1))], 1, [usersSweep]],
  ])('%s', async (_case, entries, users, jobs) => {
    const tenant = fakeTenant();
    expect(await received([tenant], entries)).toEqual({
      ...nothing,
      accepted: entries.length,
      users,
      jobs: jobs.length,
    });
    expect(tenant.users).toHaveLength(users);
    expect(tenant.jobs).toEqual(jobs);
  });
});

describe('receiveNotifications, a thousand entries', () => {
  const thousand = <T>(make: (index: number) => T) => Array.from({ length: 1000 }, (_, index) => make(index));

  it.each<[string, readonly unknown[], object, { users: number; jobs: number }]>([
    ['of one group', thousand((index) => entry(alpha, [joined(index)])), { accepted: 1000 }, { users: 0, jobs: 1 }],
    ['of one member', thousand(() => entry(alpha, [joined(1)])), { accepted: 1000 }, { users: 1, jobs: 0 }],
    ['of users', thousand(() => userEntry()), { accepted: 1000 }, { users: 0, jobs: 1 }],
    [
      'of strangers',
      thousand((index) => entry(alpha, [], { clientState: `guess ${index}` })),
      { strangers: 1000 },
      { users: 0, jobs: 0 },
    ],
    ['of nonsense', thousand((index) => index), { malformed: 1000 }, { users: 0, jobs: 0 }],
  ])('%s costs at most one reading of each table', async (_case, entries, counts, sent) => {
    const tenant = fakeTenant();
    expect(await received([tenant], entries)).toEqual({ ...nothing, ...counts, ...sent });
    expect([tenant.users.length, tenant.jobs.length]).toEqual([sent.users, sent.jobs]);
    expect(tenant.reads.subscriptions).toBeLessThanOrEqual(1);
    expect(tenant.reads.watched).toBeLessThanOrEqual(1);
  });

  it('of as many groups become as many comparisons', async () => {
    const groups = thousand((index) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`);
    const tenant = fakeTenant({ watched: groups });
    expect(
      await received(
        [tenant],
        groups.map((groupId) => entry(groupId)),
      ),
    ).toMatchObject({ jobs: 1000 });
    expect(new Set(tenant.jobs.map(({ id }) => id))).toEqual(new Set(groups));
  });
});

describe('receiveNotifications, a queue that is out of reach', () => {
  it.each([
    ['users', [entry(alpha, [joined(1)])]],
    ['a comparison', [entry(alpha)]],
    ['a users sweep', [userEntry()]],
  ])('fails for %s, so that Graph sends them again', async (_case, entries) => {
    const tenant = fakeTenant();
    tenant.queue.failure = new Error('The queue is out of reach.');
    await expect(received([tenant], entries)).rejects.toThrow('out of reach');
    tenant.queue.failure = undefined;
    expect(await received([tenant], entries)).toMatchObject({ accepted: 1 });
    expect(tenant.users.length + tenant.jobs.length).toBe(1);
  });
});
