import { graphfi, DefaultHeaders, DefaultInit, GraphCollection, Paged, type GraphFI } from '@pnp/graph';
import type { IPagedResult } from '@pnp/graph/behaviors/paged.js';
import { GroupType } from '@pnp/graph/groups/index.js';
import '@pnp/graph/batching.js';
import '@pnp/graph/directory-objects/index.js';
import '@pnp/graph/members/index.js';
import '@pnp/graph/subscriptions/index.js';
import '@pnp/graph/users/index.js';
import { BrowserFetchWithRetry, DefaultParse, HttpRequestError, InjectHeaders } from '@pnp/queryable';
import { startReceiver, type NotificationReceiver } from '../notification-receiver.ts';
import { seedGroup, seedUser, startTestTenant, testId, type TestTenant } from '../test-tenant.ts';
import { until } from '../until.ts';

const WRITE_PERMISSIONS = ['Directory.ReadWrite.All', 'Group.Read.All', 'User.Read.All'];
const [ADA, BEN] = [testId('b', 1), testId('b', 2)];
const [TEAM, NESTED] = [testId('a', 1), testId('a', 2)];

// An independent implementation of the same API: whatever it expects of Graph, nobody here wrote down.
describe('the simulator, driven by @pnp/graph', () => {
  let tenant: TestTenant;
  let receiver: NotificationReceiver;
  let graph: GraphFI;

  beforeEach(async () => {
    [tenant, receiver] = await Promise.all([startTestTenant(WRITE_PERMISSIONS), startReceiver()]);
    seedUser(tenant.tenant, { id: ADA, displayName: 'Ada', userPrincipalName: 'ada@example.net' });
    seedUser(tenant.tenant, { id: BEN, displayName: 'Ben', userPrincipalName: 'ben@example.net' });
    seedGroup(tenant.tenant, { id: TEAM, displayName: 'team' }, [NESTED]);
    seedGroup(tenant.tenant, { id: NESTED, displayName: 'nested' }, [ADA]);
    graph = graphfi().using(
      DefaultInit(`${tenant.simulator.url}/v1.0`),
      DefaultHeaders(),
      BrowserFetchWithRetry(),
      DefaultParse(),
      InjectHeaders({ authorization: `Bearer ${await tenant.accessToken(tenant.clientId)}` }),
    );
  });

  afterEach(() => Promise.all([tenant.close(), receiver.close()]));

  const memberUrl = (id: string): string => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`;

  it('reads users with select, filter and top', async () => {
    expect(await graph.users.getById(ADA).select('id', 'accountEnabled')()).toMatchObject({
      id: ADA,
      accountEnabled: true,
    });
    expect(await graph.users.filter("userPrincipalName eq 'ben@example.net'")()).toMatchObject([{ id: BEN }]);
    expect(await graph.users.top(1)()).toHaveLength(1);
  });

  it('follows pages to the end', async () => {
    const found: (string | undefined)[] = [];
    for await (const page of graph.users.select('id').top(1)) found.push(...page.map(({ id }) => id));
    expect(found.sort()).toEqual([ADA, BEN]);
  });

  it('creates, changes and deletes a group', async () => {
    const { id = '' } = await graph.groups.add('Readers', 'readers', GroupType.Security);
    await graph.groups.getById(id).update({ description: 'Those who read' });
    expect(await graph.groups.getById(id)()).toMatchObject({ displayName: 'Readers', description: 'Those who read' });
    await graph.groups.getById(id).delete();
    await expect(graph.groups.getById(id)()).rejects.toBeInstanceOf(HttpRequestError);
    expect(tenant.directory.isDeleted(id)).toBe(true);
  });

  it('adds, lists and removes members', async () => {
    const { members } = graph.groups.getById(TEAM);
    await members.add(memberUrl(BEN));
    const listed = await graph.groups.getById(TEAM).members();
    expect(listed.map(({ id }) => id).sort()).toEqual([NESTED, BEN].sort());
    await graph.groups.getById(TEAM).members.getById(BEN).remove();
    expect(tenant.directory.directMembers(TEAM)).toEqual([NESTED]);
  });

  it('reads direct and effective membership', async () => {
    const ada = graph.users.getById(ADA);
    expect((await ada.memberOf()).map(({ id }) => id)).toEqual([NESTED]);
    expect((await ada.transitiveMemberOf()).map(({ id }) => id).sort()).toEqual([TEAM, NESTED].sort());
    expect((await ada.getMemberGroups()).sort()).toEqual([TEAM, NESTED].sort());
    expect(await ada.checkMemberGroups([TEAM, testId('c', 1)])).toEqual([TEAM]);
  });

  it('resolves ids', async () => {
    const found = await graph.directoryObjects.getByIds([ADA, TEAM, testId('c', 1)]);
    expect(found.map(({ id }) => id).sort()).toEqual([ADA, TEAM].sort());
  });

  it('puts several calls into one batch', async () => {
    const [batched, execute] = graph.batched();
    const names: (string | null | undefined)[] = [];
    const reads = [ADA, BEN].map(async (id) => {
      // This client pairs answers by their order, which Graph does not promise; so only the set is compared.
      names.push((await batched.users.getById(id).select('displayName')()).displayName);
    });
    await execute();
    await Promise.all(reads);
    expect(names.sort()).toEqual(['Ada', 'Ben']);
    expect(tenant.simulator.world.control.counters.httpRequests).toBe(1);
  });

  it('tracks changes by delta', async () => {
    const paged = (link: string) => GraphCollection([graph.groups, link]).using(Paged())<IPagedResult<unknown>>();
    const first = await paged('groups/delta?$select=id,members');
    expect(first.value).toMatchObject([{ id: TEAM }, { id: NESTED }]);
    await graph.groups.getById(TEAM).members.add(memberUrl(BEN));
    const later = await paged(first.deltaLink);
    expect(later.value).toEqual([{ id: TEAM, 'members@delta': [{ '@odata.type': '#microsoft.graph.user', id: BEN }] }]);
  });

  it('subscribes, is notified, renews and unsubscribes', async () => {
    const inHours = (hours: number): string => new Date(tenant.clock.now() + hours * 3_600_000).toISOString();
    const { data } = await graph.subscriptions.add('updated', `${receiver.url}/notify`, 'groups', inHours(10), {
      clientState: 'a-secret',
    });
    const subscription = graph.subscriptions.getById(data.id ?? '');
    await graph.groups.getById(TEAM).members.add(memberUrl(BEN));
    await until('the notification arrived', () => receiver.entries().length === 1);
    expect(receiver.entries()).toMatchObject([{ clientState: 'a-secret', resourceData: { id: TEAM } }]);
    await subscription.update({ expirationDateTime: inHours(20) });
    expect(await graph.subscriptions()).toMatchObject([{ id: data.id, resource: 'groups' }]);
    await subscription.delete();
    expect(await graph.subscriptions()).toEqual([]);
  });

  it('reports a failure with its status', async () => {
    const failure: unknown = await graph.users
      .getById(testId('b', 9))()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HttpRequestError);
    expect(failure).toMatchObject({ status: 404 });
  });
});
