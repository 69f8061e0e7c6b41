import type { Mutation } from '../../dev/simulator/world/change.ts';
import { startReceiver, type NotificationReceiver, type ReceivedEntry } from './notification-receiver.ts';
import { subscribe } from './subscribe.ts';
import { seedGroup, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';
import { until } from './until.ts';

const GROUP = testId('a', 1);
const OTHER_GROUP = testId('a', 2);
const USER = testId('b', 1);
const OTHER_USER = testId('b', 2);

describe('notification bodies', () => {
  let graph: TestTenant;
  let receiver: NotificationReceiver;

  beforeEach(async () => {
    [graph, receiver] = await Promise.all([startTestTenant(), startReceiver()]);
    seedUser(graph.tenant, { id: USER });
    seedUser(graph.tenant, { id: OTHER_USER });
    seedGroup(graph.tenant, { id: GROUP }, [OTHER_USER]);
    seedGroup(graph.tenant, { id: OTHER_GROUP });
  });

  afterEach(async () => {
    await Promise.all([graph.close(), receiver.close()]);
  });

  const watch = (resource: string, changeType = 'updated,deleted'): Promise<string> =>
    subscribe(graph, { resource, changeType, notificationUrl: `${receiver.url}/notify` });

  /** Applies the changes in one turn and returns what was delivered once nothing is pending any more. */
  async function delivered(...changes: Mutation[]): Promise<readonly ReceivedEntry[]> {
    for (const change of changes) graph.directory.apply(change);
    await until('everything is delivered', () => graph.simulator.delivery.pending() === 0);
    return receiver.entries();
  }

  const joined = (memberId: string, groupId = GROUP): Mutation => ({
    kind: 'memberAdded',
    groupId,
    memberId,
    memberType: 'user',
  });
  const left = (memberId: string, groupId = GROUP): Mutation => ({
    kind: 'memberRemoved',
    groupId,
    memberId,
    memberType: 'user',
  });

  it('tells of memberships exactly as Graph does: capitalised resource, string marker, no event time', async () => {
    const subscriptionId = await watch('groups');
    const expires = graph.tenant.subscriptions.get(subscriptionId)?.expirationDateTime.replace('Z', '+00:00');
    const entries = await delivered(joined(USER), left(OTHER_USER));
    expect(entries).toEqual([
      {
        changeType: 'updated',
        clientState: 'a-secret',
        resource: `Groups/${GROUP}`,
        resourceData: {
          '@odata.type': '#Microsoft.Graph.Group',
          '@odata.id': `Groups/${GROUP}`,
          id: GROUP,
          organizationId: graph.tenant.id,
          'members@delta': [{ id: USER }, { id: OTHER_USER, '@removed': 'deleted' }],
        },
        subscriptionExpirationDateTime: expires,
        subscriptionId,
        tenantId: graph.tenant.id,
      },
    ]);
    expect(receiver.posts[0]).toMatchObject({ path: '/notify', contentType: 'application/json; charset=utf-8' });
  });

  it('tells of a change made through a Graph write call', async () => {
    const { clientId } = graph.tenant.registerApp({ permissions: ['GroupMember.ReadWrite.All', 'User.Read.All'] });
    await watch('groups');
    const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${USER}` };
    await graph.clientFor(clientId).api(`/groups/${GROUP}/members/$ref`).post(reference);
    await until('the notification arrived', () => receiver.entries().length === 1);
    expect(receiver.entries()[0]).toMatchObject({ resourceData: { id: GROUP, 'members@delta': [{ id: USER }] } });
  });

  it('leaves members@delta out when only a property changed', async () => {
    await watch('groups');
    const [entry] = await delivered({ kind: 'groupUpdated', groupId: GROUP, properties: { displayName: 'New' } });
    expect(entry?.['resourceData']).toEqual({
      '@odata.type': '#Microsoft.Graph.Group',
      '@odata.id': `Groups/${GROUP}`,
      id: GROUP,
      organizationId: graph.tenant.id,
    });
  });

  it('can name one member as added and as removed in one entry', async () => {
    await watch('groups');
    const [entry, ...more] = await delivered(joined(USER), left(USER));
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      resourceData: { 'members@delta': [{ id: USER }, { id: USER, '@removed': 'deleted' }] },
    });
  });

  it('splits a large change over entries as the switch says', async () => {
    graph.simulator.world.control.notifications.maxMembersPerNotification = 2;
    await watch('groups');
    const entries = await delivered(...[1, 2, 3, 4, 5].map((number) => joined(testId('b', number))));
    expect(entries).toMatchObject([
      { resourceData: { 'members@delta': [{ id: testId('b', 1) }, { id: testId('b', 2) }] } },
      { resourceData: { 'members@delta': [{ id: testId('b', 3) }, { id: testId('b', 4) }] } },
      { resourceData: { 'members@delta': [{ id: testId('b', 5) }] } },
    ]);
  });

  it('tells of users with nothing but their id', async () => {
    await watch('users');
    const [entry] = await delivered({ kind: 'userUpdated', userId: USER, properties: { accountEnabled: false } });
    expect(entry).toMatchObject({ changeType: 'updated', resource: `Users/${USER}` });
    expect(entry?.['resourceData']).toEqual({
      '@odata.type': '#Microsoft.Graph.User',
      '@odata.id': `Users/${USER}`,
      id: USER,
      organizationId: graph.tenant.id,
    });
  });

  const announced: [string, Mutation, string][] = [
    ['userCreated', { kind: 'userCreated', userId: testId('b', 9), properties: {} }, 'updated'],
    ['userDeleted', { kind: 'userDeleted', userId: USER }, 'updated'],
    ['userRestored', { kind: 'userRestored', userId: USER }, 'updated'],
    ['userPurged', { kind: 'userPurged', userId: USER }, 'deleted'],
    ['groupCreated', { kind: 'groupCreated', groupId: testId('a', 9), properties: {} }, 'updated'],
    ['groupDeleted', { kind: 'groupDeleted', groupId: GROUP }, 'updated'],
    ['groupRestored', { kind: 'groupRestored', groupId: GROUP }, 'updated'],
    ['groupPurged', { kind: 'groupPurged', groupId: GROUP }, 'deleted'],
  ];
  it.each(announced)('announces %s: only a permanent deletion is "deleted"', async (kind, change, changeType) => {
    await watch(kind.startsWith('user') ? 'users' : 'groups');
    const entries = await delivered(change);
    expect(entries.map((entry) => entry['changeType'])).toEqual([changeType]);
  });

  it('keeps to the change types asked for', async () => {
    await watch('users', 'deleted');
    const entries = await delivered({ kind: 'userDeleted', userId: USER }, { kind: 'userPurged', userId: USER });
    expect(entries.map((entry) => entry['changeType'])).toEqual(['deleted']);
  });

  const scopes: [string, number][] = [
    ['groups', 3],
    [`groups/${GROUP}`, 2],
    [`groups/${GROUP}/members`, 1],
    [`groups/${GROUP}/owners`, 0],
    ['users', 2],
    [`users/${USER}`, 1],
  ];
  it.each(scopes)('tells a subscription of %s only what concerns it', async (resource, expected) => {
    await watch(resource);
    const entries = await delivered(
      joined(USER),
      { kind: 'groupUpdated', groupId: GROUP, properties: { description: 'x' } },
      { kind: 'groupUpdated', groupId: OTHER_GROUP, properties: { description: 'x' } },
      { kind: 'userUpdated', userId: USER, properties: { jobTitle: 'x' } },
      { kind: 'userUpdated', userId: OTHER_USER, properties: { jobTitle: 'x' } },
    );
    expect(entries).toHaveLength(expected);
  });

  it('names group and member for groups/{id}/members when the switch asks for that form', async () => {
    graph.simulator.world.control.notifications.membersResource = 'member';
    await watch(`groups/${GROUP}/members`);
    const [entry] = await delivered(joined(USER));
    expect(entry).toMatchObject({ resource: `Groups/${GROUP}/members/${USER}`, resourceData: { id: USER } });
  });

  it('puts entries of several subscriptions into one POST', async () => {
    const ids = [await watch('groups'), await watch(`groups/${GROUP}`)];
    const entries = await delivered(joined(USER));
    expect(entries.map((entry) => entry['subscriptionId'])).toEqual(ids);
    expect(receiver.posts).toHaveLength(1);
  });

  it('tells a subscription nothing of another tenant', async () => {
    await watch('groups');
    const other = graph.simulator.world.createTenant();
    seedGroup(other, { id: GROUP });
    other.directory.apply(joined(USER));
    const entries = await delivered(joined(OTHER_USER));
    expect(entries.map((entry) => entry['tenantId'])).toEqual([graph.tenant.id]);
  });
});
