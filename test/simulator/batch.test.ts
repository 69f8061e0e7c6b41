import { z } from 'zod';
import { graphRequest, type JsonAnswer } from './control-client.ts';
import { seedGroup, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

let test: TestTenant;
let token: string;

beforeEach(async () => {
  test = await startTestTenant();
  seedUser(test.tenant, { id: ADA, displayName: 'Ada' });
  seedGroup(test.tenant, { id: GROUP }, [ADA]);
  token = await test.accessToken(test.clientId);
});

afterEach(async () => {
  await test.close();
});

const ADA = testId('a', 1);
const GROUP = testId('b', 1);

interface Item {
  id: string;
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: unknown;
  dependsOn?: string[];
}

const responsesSchema = z.object({
  responses: z.array(
    z.object({ id: z.string(), status: z.number(), headers: z.record(z.string(), z.string()), body: z.unknown() }),
  ),
});

function post(requests: readonly Item[]): Promise<JsonAnswer> {
  return graphRequest(test.simulator, token, 'POST', '/$batch', { body: { requests } });
}

async function batch(requests: readonly Item[]) {
  const answer = await post(requests);
  expect(answer.status).toBe(200);
  const { responses } = responsesSchema.parse(answer.body);
  return new Map(responses.map((response) => [response.id, response]));
}

const READ_ADA: Item = { id: '1', method: 'GET', url: `/users/${ADA}?$select=id` };

describe('a batch', () => {
  it('answers the two reads of a reconcile in one HTTP request for 3 resource units', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const url = `/users/${ADA}/getMemberGroups`;
    const responses = await batch([
      READ_ADA,
      { id: '2', method: 'POST', url, headers, body: { securityEnabledOnly: false } },
    ]);
    expect(responses.get('1')).toMatchObject({ status: 200, body: { id: ADA } });
    expect(responses.get('2')).toMatchObject({ status: 200, body: { value: [GROUP] } });
    expect(responses.get('2')?.headers['x-ms-resource-unit']).toBe('2');
    const counters = test.simulator.world.control.counters.snapshot();
    expect(counters).toMatchObject({ httpRequests: 1, resourceUnits: 3, writes: [] });
  });

  it('is 200 although a part failed', async () => {
    const responses = await batch([READ_ADA, { id: '2', method: 'GET', url: `/users/${testId('a', 9)}` }]);
    expect(responses.get('1')?.status).toBe(200);
    expect(responses.get('2')).toMatchObject({ status: 404, body: { error: { code: 'Request_ResourceNotFound' } } });
  });

  it('does not answer in the order of the questions', async () => {
    const requests = ['1', '2', '3'].map((id) => ({ ...READ_ADA, id }));
    expect([...(await batch(requests)).keys()]).not.toEqual(['1', '2', '3']);
  });

  it('throttles each inner request by itself', async () => {
    test.simulator.world.control.settings.unitsPerTenSeconds = 2;
    const responses = await batch(['1', '2', '3'].map((id) => ({ ...READ_ADA, id })));
    const statuses = [...responses.values()].map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 200, 429]);
    const refused = [...responses.values()].find(({ status }) => status === 429);
    expect(Number(refused?.headers['Retry-After'])).toBeGreaterThan(0);
  });

  it('performs what depends on another after it, and not at all when that failed', async () => {
    const unknown = { id: '1', method: 'GET', url: '/users/nobody' };
    const responses = await batch([
      unknown,
      { ...READ_ADA, id: '2', dependsOn: ['1'] },
      { ...READ_ADA, id: '3' },
      { ...READ_ADA, id: '4', dependsOn: ['3'] },
    ]);
    expect([...responses.values()].map(({ id, status }) => [id, status]).sort()).toEqual([
      ['1', 404],
      ['2', 424],
      ['3', 200],
      ['4', 200],
    ]);
  });

  it('takes the ConsistencyLevel of each inner request', async () => {
    const url = `/groups/${GROUP}/members/$count`;
    const responses = await batch([
      { id: '1', method: 'GET', url, headers: { ConsistencyLevel: 'eventual' } },
      { id: '2', method: 'GET', url },
    ]);
    expect([responses.get('1')?.status, responses.get('2')?.status]).toEqual([200, 400]);
  });

  it.each<{ name: string; requests: Item[] }>([
    {
      name: 'more than 20 requests',
      requests: Array.from({ length: 21 }, (_, id) => ({ ...READ_ADA, id: String(id) })),
    },
    {
      name: 'a repeated id, in any case',
      requests: [
        { ...READ_ADA, id: 'a' },
        { ...READ_ADA, id: 'A' },
      ],
    },
    { name: 'a body without a content type', requests: [{ id: '1', method: 'POST', url: '/users', body: {} }] },
  ])('refuses $name as a whole', async ({ requests }) => {
    expect(await post(requests)).toMatchObject({ status: 400, body: { error: { code: 'Request_BadRequest' } } });
  });

  it('turns a scripted fault of an inner request into its status', async () => {
    test.simulator.world.control.faults.add({ path: `^/v1\\.0/users/${ADA}$`, status: 503, count: 1 });
    test.simulator.world.control.faults.add({ path: `^/v1\\.0/groups/`, drop: 'before', count: 1 });
    const responses = await batch([READ_ADA, { id: '2', method: 'GET', url: `/groups/${GROUP}` }]);
    expect([responses.get('1')?.status, responses.get('2')?.status]).toEqual([503, 504]);
  });
});
