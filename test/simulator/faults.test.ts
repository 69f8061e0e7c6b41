import { Faults } from '../../dev/simulator/world/fault.ts';
import { createRandom } from '../../dev/simulator/world/random.ts';
import { graphRequest, request } from './control-client.ts';
import { seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

let test: TestTenant;
let token: string;

beforeEach(async () => {
  test = await startTestTenant(['User.ReadWrite.All']);
  seedUser(test.tenant, { id: ADA, displayName: 'Ada' });
  token = await test.accessToken(test.clientId);
});

afterEach(async () => {
  await test.close();
});

const ADA = testId('a', 1);

const rename = (displayName: string) =>
  graphRequest(test.simulator, token, 'PATCH', `/users/${ADA}`, { body: { displayName } });
const read = () => graphRequest(test.simulator, token, 'GET', `/users/${ADA}`);

describe('scripted faults', () => {
  it('answer instead of the real thing as often as they are told', async () => {
    test.simulator.world.control.faults.add({
      method: 'GET',
      path: '/users/',
      status: 503,
      retryAfterSeconds: 7,
      count: 2,
    });
    const first = await read();
    expect(first.status).toBe(503);
    expect(first.headers.get('Retry-After')).toBe('7');
    expect((await rename('Still possible')).status).toBe(204);
    expect([(await read()).status, (await read()).status]).toEqual([503, 200]);
  });

  it('answer with a body of their own', async () => {
    test.simulator.world.control.faults.add({ path: '/users/', body: { id: ADA, displayName: null } });
    expect((await read()).body).toEqual({ id: ADA, displayName: null });
  });

  it.each([
    { drop: 'before', name: 'Ada' },
    { drop: 'after', name: 'Eve' },
  ] as const)('cut the connection $drop the request is carried out', async ({ drop, name }) => {
    test.simulator.world.control.faults.add({ method: 'PATCH', drop, count: 1 });
    await expect(rename('Eve')).rejects.toThrow('fetch failed');
    expect(test.directory.user(ADA)?.displayName).toBe(name);
  });

  it('delay the real answer', async () => {
    test.simulator.world.control.faults.add({ delayMs: 60 });
    const start = performance.now();
    expect((await read()).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });

  it('strike one tenant only when told so', async () => {
    const other = test.simulator.world.createTenant();
    test.simulator.world.control.faults.add({ tenantId: other.id, status: 500 });
    expect((await read()).status).toBe(200);
    test.simulator.world.control.faults.add({ tenantId: test.tenant.id, status: 500 });
    expect((await read()).status).toBe(500);
  });

  it('strike by chance, the same way for the same seed', () => {
    const strikes = (seed: number) => {
      const faults = new Faults(createRandom(seed));
      faults.add({ path: '/users', probability: 0.5 });
      return Array.from({ length: 200 }, () => faults.strike({ method: 'GET', path: '/users' }) !== undefined);
    };
    expect(strikes(7)).toEqual(strikes(7));
    expect(strikes(7)).not.toEqual(strikes(8));
    const struck = strikes(7).filter(Boolean).length;
    expect(struck).toBeGreaterThan(70);
    expect(struck).toBeLessThan(130);
  });

  it('reach login and vault as well', async () => {
    test.simulator.world.control.faults.add({ path: '/oauth2/', status: 503 });
    test.simulator.world.control.faults.add({ path: '^/secrets/', status: 429, retryAfterSeconds: 3 });
    const login = await request(test.simulator, 'POST', `/${test.tenant.id}/oauth2/v2.0/token`);
    const vault = await request(test.simulator, 'GET', '/secrets/graph-secret');
    expect([login.status, vault.status, vault.headers.get('Retry-After')]).toEqual([503, 429, '3']);
  });
});
