import { unitsPerTenSeconds } from '../../dev/simulator/graph/throttle.ts';
import { graphRequest, type JsonAnswer } from './control-client.ts';
import { seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

let test: TestTenant;
let token: string;

beforeEach(async () => {
  test = await startTestTenant(['User.ReadWrite.All', 'GroupMember.Read.All', 'Application.Read.All']);
  seedUser(test.tenant, { id: ADA });
  token = await test.accessToken(test.clientId);
});

afterEach(async () => {
  await test.close();
});

const ADA = testId('a', 1);

function get(path: string, headers: Record<string, string> = {}): Promise<JsonAnswer> {
  return graphRequest(test.simulator, token, 'GET', path, { headers });
}

describe('resource units', () => {
  it.each([
    { method: 'GET', path: `/users/${ADA}`, units: 1 },
    { method: 'GET', path: '/users', units: 2 },
    { method: 'GET', path: '/users?$select=id', units: 1 },
    { method: 'GET', path: '/users?$top=5', units: 1 },
    { method: 'GET', path: '/users?$top=20', units: 2 },
    { method: 'GET', path: '/users?$select=id&$top=5', units: 1 },
    { method: 'GET', path: '/users?$expand=manager', units: 3 },
    { method: 'POST', path: `/users/${ADA}/getMemberGroups`, body: { securityEnabledOnly: false }, units: 2 },
    { method: 'POST', path: `/users/${ADA}/checkMemberGroups`, body: { groupIds: [] }, units: 4 },
    { method: 'GET', path: `/users/${ADA}/transitiveMemberOf?$select=id&$top=999`, units: 1 },
    { method: 'POST', path: '/directoryObjects/getByIds', body: { ids: [] }, units: 5 },
    { method: 'GET', path: '/applications', units: 2 },
  ])('$method $path costs $units', async ({ method, path, body, units }) => {
    const answer = await graphRequest(test.simulator, token, method, path, { body });
    expect(answer.headers.get('x-ms-resource-unit')).toBe(String(units));
    expect(test.simulator.world.control.counters.snapshot().resourceUnits).toBe(units);
  });

  it.each([
    { users: 49, units: 3500 },
    { users: 50, units: 5000 },
    { users: 500, units: 5000 },
    { users: 501, units: 8000 },
  ])('a tenant of $users users has $units per 10 seconds', ({ users, units }) => {
    expect(unitsPerTenSeconds(users)).toBe(units);
  });
});

describe('the limit', () => {
  beforeEach(() => {
    test.simulator.world.control.settings.unitsPerTenSeconds = 10;
  });

  it('answers 429 with the headers and body of Graph until time has passed', async () => {
    for (let call = 0; call < 10; call += 1) expect((await get(`/users/${ADA}`)).status).toBe(200);
    const refused = await get(`/users/${ADA}`);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      error: { code: 'TooManyRequests', innerError: { code: '429', status: '429', message: 'Please retry after' } },
    });
    expect(refused.headers.get('x-ms-throttle-information')).toBe('ResourceUnitLimitExceeded');
    expect(refused.headers.get('x-ms-throttle-scope')).toBe(
      `Tenant_Application/ReadWrite/${test.clientId}/${test.tenant.id}`,
    );
    const seconds = Number(refused.headers.get('Retry-After'));
    expect(seconds).toBeGreaterThan(0);
    test.clock.advance(seconds * 1000);
    expect((await get(`/users/${ADA}`)).status).toBe(200);
  });

  it('counts refused requests too, so impatience prolongs the wait', async () => {
    for (let call = 0; call < 10; call += 1) await get(`/users/${ADA}`);
    const first = Number((await get(`/users/${ADA}`)).headers.get('Retry-After'));
    for (let call = 0; call < 5; call += 1) await get(`/users/${ADA}`);
    expect(Number((await get(`/users/${ADA}`)).headers.get('Retry-After'))).toBeGreaterThan(first);
  });

  it('is announced above 80 % and not before', async () => {
    const shares: (string | null)[] = [];
    for (let call = 0; call < 10; call += 1) {
      shares.push((await get(`/users/${ADA}`)).headers.get('x-ms-throttle-limit-percentage'));
    }
    expect(shares.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => null));
    expect(Number(shares[9])).toBeGreaterThan(0.8);
  });

  it('sheds low priority first', async () => {
    const low = { 'x-ms-throttle-priority': 'low' };
    for (let call = 0; call < 9; call += 1) expect((await get(`/users/${ADA}`, low)).status).toBe(200);
    expect((await get(`/users/${ADA}`, low)).status).toBe(429);
    test.clock.advance(1000);
    expect((await get(`/users/${ADA}`)).status).toBe(200);
  });

  it('is one for each app, and off when the switch says so', async () => {
    for (let call = 0; call < 11; call += 1) await get(`/users/${ADA}`);
    const other = await test.accessToken(test.tenant.registerApp({ permissions: ['User.Read.All'] }).clientId);
    expect((await graphRequest(test.simulator, other, 'GET', `/users/${ADA}`)).status).toBe(200);
    test.simulator.world.control.settings.throttling = false;
    expect((await get(`/users/${ADA}`)).status).toBe(200);
  });

  it('has a sibling for writes', async () => {
    Object.assign(test.simulator.world.control.settings, { unitsPerTenSeconds: null, writesPerWindow: 2 });
    const rename = (jobTitle: string) =>
      graphRequest(test.simulator, token, 'PATCH', `/users/${ADA}`, { body: { jobTitle } });
    await rename('one');
    await rename('two');
    const refused = await rename('three');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-ms-throttle-information')).toBe('WriteLimitExceeded');
    expect((await get(`/users/${ADA}?$select=jobTitle`)).body).toMatchObject({ jobTitle: 'two' });
  });

  it('can strike below any limit, by chance', async () => {
    Object.assign(test.simulator.world.control.settings, { unitsPerTenSeconds: null, randomThrottleProbability: 1 });
    const refused = await get(`/users/${ADA}`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('10');
  });
});
