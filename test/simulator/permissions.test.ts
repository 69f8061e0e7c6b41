import { z } from 'zod';
import { graphRequest } from './control-client.ts';
import { failureOf, seedGroup, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

let test: TestTenant;

beforeEach(async () => {
  test = await startTestTenant([]);
  seedUser(test.tenant, { id: ADA, displayName: 'Ada' });
  seedGroup(test.tenant, { id: GROUP, displayName: 'Finance' }, [ADA]);
});

afterEach(async () => {
  await test.close();
});

const ADA = testId('a', 1);
const GROUP = testId('b', 1);

function as(...permissions: string[]) {
  return test.clientFor(test.tenant.registerApp({ permissions }).clientId);
}

describe('permissions', () => {
  it.each([
    { path: '/users', needs: ['User.Read.All'] },
    { path: `/users/${ADA}`, needs: ['User.Read.All'] },
    { path: '/groups', needs: ['GroupMember.Read.All'] },
    { path: `/groups/${GROUP}/members`, needs: ['GroupMember.Read.All'] },
    { path: `/groups/${GROUP}/transitiveMembers`, needs: ['GroupMember.Read.All'] },
    {
      path: `/users/${ADA}/getMemberGroups`,
      body: { securityEnabledOnly: false },
      needs: ['User.Read.All', 'GroupMember.Read.All'],
    },
    {
      path: `/users/${ADA}/checkMemberGroups`,
      body: { groupIds: [] },
      needs: ['User.Read.All', 'GroupMember.Read.All'],
    },
    { path: '/directory/deletedItems/microsoft.graph.group', needs: ['Group.Read.All'] },
    { path: '/directory/deletedItems/microsoft.graph.user', needs: ['User.Read.All'] },
    { path: '/applications', needs: ['Application.Read.All'] },
    { path: '/servicePrincipals', needs: ['Application.Read.All'] },
  ])('$path needs $needs, all of them', async ({ path, body, needs }) => {
    const call = (...permissions: string[]): Promise<unknown> => {
      const request = as(...permissions).api(path);
      return body === undefined ? request.get() : request.post(body);
    };
    await call(...needs);
    for (const missing of needs) {
      const others = needs.filter((permission) => permission !== missing);
      expect(await failureOf(call(...others))).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
    }
  });

  it.each([
    ['Directory.Read.All', '/users'],
    ['Group.Read.All', '/groups'],
    ['Directory.ReadWrite.All', '/applications'],
  ])('a higher permission contains a lower one: %s for %s', async (permission, path) => {
    await as(permission).api(path).get();
  });

  it('to write are asked for apart from those to read', async () => {
    const add = as('Group.Read.All').api(`/groups/${GROUP}/members/${ADA}/$ref`).delete();
    expect(await failureOf(add)).toMatchObject({ statusCode: 403 });
    await as('GroupMember.ReadWrite.All').api(`/groups/${GROUP}/members/${ADA}/$ref`).delete();
    expect(test.directory.directMembers(GROUP)).toEqual([]);
  });

  it('a deleted group is not shown to GroupMember.Read.All', async () => {
    test.directory.apply({ kind: 'groupDeleted', groupId: GROUP });
    const path = `/directory/deletedItems/${GROUP}`;
    expect(await failureOf(as('GroupMember.Read.All').api(path).get())).toMatchObject({ statusCode: 403 });
    expect(await as('Group.Read.All').api(path).get()).toMatchObject({ id: GROUP });
  });
});

describe('objects of a type that may not be read (A25)', () => {
  it('come with null properties, id and type excepted', async () => {
    expect(await as('GroupMember.Read.All').api(`/groups/${GROUP}/members`).get()).toMatchObject({
      value: [
        { '@odata.type': '#microsoft.graph.user', id: ADA, displayName: null, userPrincipalName: null, mail: null },
      ],
    });
    expect(await as('User.Read.All').api(`/users/${ADA}/memberOf`).select('id,displayName').get()).toMatchObject({
      value: [{ '@odata.type': '#microsoft.graph.group', id: GROUP, displayName: null }],
    });
  });

  it('show their basic properties to User.ReadBasic.All', async () => {
    const user: unknown = await as('User.ReadBasic.All')
      .api(`/users/${ADA}`)
      .select('id,displayName,accountEnabled')
      .get();
    expect(user).toMatchObject({ id: ADA, displayName: 'Ada', accountEnabled: null });
  });
});

describe('the error envelope', () => {
  it('is that of Graph, with the ids of the request in body and headers', async () => {
    const { clientId } = test.tenant.registerApp({ permissions: ['User.Read.All'] });
    const token = await test.accessToken(clientId);
    const id = '7f1c2d3e-0000-4000-8000-000000000001';
    const { status, headers, body } = await graphRequest(test.simulator, token, 'GET', `/users/${testId('a', 9)}`, {
      headers: { 'client-request-id': id },
    });
    expect(status).toBe(404);
    expect(body).toMatchObject({
      error: {
        code: 'Request_ResourceNotFound',
        message: `Resource '${testId('a', 9)}' does not exist or one of its queried reference-property objects are not present.`,
        innerError: { 'request-id': headers.get('request-id'), 'client-request-id': id },
      },
    });
    const { date } = z.object({ error: z.object({ innerError: z.object({ date: z.string() }) }) }).parse(body)
      .error.innerError;
    expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(headers.get('client-request-id')).toBe(id);
    expect(headers.get('x-ms-ags-diagnostic')).toContain('ServerInfo');
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - test.clock.now())).toBeLessThan(5000);
  });

  it.each([
    { method: 'PUT', path: '/users', status: 405, code: 'Request_BadRequest' },
    { method: 'GET', path: '/nonsense', status: 400, code: 'BadRequest' },
  ])('$method $path: $status $code', async ({ method, path, status, code }) => {
    const token = await test.accessToken(test.clientId);
    const answer = await graphRequest(test.simulator, token, method, path);
    expect(answer).toMatchObject({ status, body: { error: { code } } });
  });
});
