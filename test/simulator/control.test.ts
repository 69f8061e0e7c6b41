import { z } from 'zod';
import { graphRequest, request } from './control-client.ts';
import { seedGroup, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

let test: TestTenant;

beforeEach(async () => {
  test = await startTestTenant();
});

afterEach(async () => {
  await test.close();
});

const ADA = testId('a', 1);
const GROUP = testId('b', 1);

const control = (method: string, path: string, body?: unknown) =>
  request(test.simulator, method, `/_control${path}`, { body });

async function readUsers(): Promise<number> {
  const token = await test.accessToken(test.clientId);
  return (await graphRequest(test.simulator, token, 'GET', '/users')).status;
}

describe('the control API', () => {
  it('adds, lists, removes and clears faults', async () => {
    const added = await control('POST', '/faults', { path: '/users', status: 500, count: 3 });
    const { id } = z.object({ id: z.number() }).parse(added.body);
    expect(await readUsers()).toBe(500);
    expect(await control('GET', '/faults')).toMatchObject({ body: { value: [{ id, struck: 1 }] } });
    await control('DELETE', `/faults/${id}`);
    expect(await readUsers()).toBe(200);
    await control('POST', '/faults', { status: 500 });
    await control('DELETE', '/faults');
    expect(await readUsers()).toBe(200);
  });

  it('turns switches, and says what is wrong with a bad one', async () => {
    expect(await control('PATCH', '/settings', { tokenLifetimeSeconds: 5 })).toMatchObject({
      status: 200,
      body: { tokenLifetimeSeconds: 5, hiddenMembership: 'empty' },
    });
    expect(test.simulator.world.control.settings.tokenLifetimeSeconds).toBe(5);
    expect(await control('PATCH', '/settings', { nonsense: 1 })).toMatchObject({ status: 400 });
    expect(await control('PATCH', '/notifications', { loss: 0.5 })).toMatchObject({ status: 200, body: { loss: 0.5 } });
    expect(test.simulator.world.control.notifications.loss).toBe(0.5);
    expect(await control('PATCH', '/notifications', { loss: 2 })).toMatchObject({ status: 400 });
  });

  it('drives the clock', async () => {
    const before = test.clock.now();
    expect((await control('POST', '/clock', { advanceMs: 3_600_000 })).body).toMatchObject({ offsetMs: 3_600_000 });
    expect(test.clock.now()).toBeGreaterThanOrEqual(before + 3_600_000);
  });

  it('counts requests and units by route and tenant, and names every write', async () => {
    seedUser(test.tenant, { id: ADA });
    test.tenant.grant(test.clientId, 'User.ReadWrite.All');
    const token = await test.accessToken(test.clientId);
    for (let call = 0; call < 3; call += 1) await graphRequest(test.simulator, token, 'GET', `/users/${ADA}`);
    await graphRequest(test.simulator, token, 'PATCH', `/users/${ADA}`, { body: { jobTitle: 'x' } });
    const tenantId = test.tenant.id;
    expect((await control('GET', '/counters')).body).toMatchObject({
      httpRequests: 4,
      resourceUnits: 4,
      routes: [
        { tenantId, route: 'GET /users/{id}', requests: 3, resourceUnits: 3, statuses: { 200: 3 } },
        { tenantId, route: 'PATCH /users/{id}', requests: 1, statuses: { 204: 1 } },
      ],
      writes: [{ tenantId, clientId: test.clientId, method: 'PATCH', path: `/users/${ADA}` }],
    });
    await control('DELETE', '/counters');
    expect((await control('GET', '/counters')).body).toMatchObject({ httpRequests: 0, routes: [], writes: [] });
  });

  it('makes tenants with apps, permissions and secrets, each on its own', async () => {
    const id = '22222222-3333-4444-8555-666666666666';
    const clientId = '33333333-3333-4444-8555-666666666666';
    const app = { clientId, secret: 'one', permissions: ['User.Read.All'] };
    expect((await control('POST', '/tenants', { id, displayName: 'Second', apps: [app] })).status).toBe(201);
    const path = `/tenants/${id}/apps/${clientId}`;
    const added = await control('POST', `${path}/secrets`, { value: 'two' });
    const { keyId } = z.object({ keyId: z.string() }).parse(added.body);
    await control('PATCH', `${path}/secrets/${keyId}`, { endDateTime: '2020-01-01T00:00:00Z' });
    await control('PUT', `${path}/permissions/Group.Read.All`);
    await control('DELETE', `${path}/permissions/User.Read.All`);
    const login = async (client_secret: string) => {
      const form = { grant_type: 'client_credentials', client_id: clientId, client_secret };
      const body = new URLSearchParams({ ...form, scope: 'https://graph.microsoft.com/.default' });
      const response = await fetch(`${test.simulator.url}/${id}/oauth2/v2.0/token`, { method: 'POST', body });
      return z
        .object({ access_token: z.string().optional(), error_codes: z.array(z.number()).optional() })
        .parse(await response.json());
    };
    expect((await login('two')).error_codes).toEqual([7000222]);
    await control('DELETE', `${path}/secrets/${keyId}`);
    expect((await login('two')).error_codes).toEqual([7000215]);
    const token = (await login('one')).access_token ?? '';
    expect((await graphRequest(test.simulator, token, 'GET', '/users')).status).toBe(403);
    expect((await graphRequest(test.simulator, token, 'GET', '/groups')).body).toMatchObject({ value: [] });
  });

  it('changes members of a group that Graph may not change, as its owner does', async () => {
    seedUser(test.tenant, { id: ADA });
    seedGroup(test.tenant, { id: GROUP, groupTypes: ['DynamicMembership'] });
    const path = `/tenants/${test.tenant.id}/memberships`;
    await control('POST', path, { groupId: GROUP, memberId: ADA, action: 'add' });
    await control('POST', path, { groupId: GROUP, memberId: ADA, action: 'add' });
    expect(test.directory.log.entries).toHaveLength(1);
    await control('POST', path, { groupId: GROUP, memberId: ADA, action: 'remove' });
    expect(test.directory.directMembers(GROUP)).toEqual([]);
  });

  it('sets the lag of a tenant and resets everything but the tenants', async () => {
    await control('PATCH', `/tenants/${test.tenant.id}/lag`, { replicaSeconds: 5 });
    expect(test.tenant.replicas.settings).toEqual({ replicaSeconds: 5, indexSeconds: 0 });
    await control('POST', '/faults', { status: 500 });
    await control('PATCH', '/settings', { tokenLifetimeSeconds: 5 });
    await control('POST', '/reset');
    expect(await readUsers()).toBe(200);
    expect(test.simulator.world.control.settings.tokenLifetimeSeconds).toBe(3599);
    expect(test.tenant.replicas.settings).toEqual({ replicaSeconds: 0, indexSeconds: 0 });
  });

  it('answers 404 for what it does not know', async () => {
    expect((await control('GET', '/nonsense')).status).toBe(404);
    expect((await control('PUT', '/faults')).status).toBe(405);
    expect((await control('GET', '/tenants/11111111-2222-4333-8444-555555555555')).status).toBe(400);
  });
});
