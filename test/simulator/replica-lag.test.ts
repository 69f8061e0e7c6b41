import { z } from 'zod';
import { graphRequest } from './control-client.ts';
import { failureOf, seedGroup, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

let test: TestTenant;

beforeEach(async () => {
  test = await startTestTenant(['Group.ReadWrite.All', 'User.Read.All']);
  seedUser(test.tenant, { id: ADA });
  seedGroup(test.tenant, { id: GROUP });
});

afterEach(async () => {
  await test.close();
});

const ADA = testId('a', 1);
const GROUP = testId('b', 1);

async function join(): Promise<void> {
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${ADA}` };
  await test.client.api(`/groups/${GROUP}/members/$ref`).post(reference);
}

/** How many of 30 reads see Ada in the group. */
async function sightings(): Promise<number> {
  let seen = 0;
  for (let call = 0; call < 30; call += 1) {
    const answer: unknown = await test.client.api(`/users/${ADA}/getMemberGroups`).post({ securityEnabledOnly: false });
    seen += z.object({ value: z.array(z.string()) }).parse(answer).value.length;
  }
  return seen;
}

describe('replica lag', () => {
  it('is none by default', async () => {
    await join();
    expect(await sightings()).toBe(30);
  });

  it('answers equal calls differently until the lag is over', async () => {
    test.tenant.replicas.configure({ replicaSeconds: 60 }, test.clock.now());
    await join();
    const early = await sightings();
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(30);
    test.clock.advance(31_000);
    const later = await sightings();
    expect(later).toBeGreaterThan(early);
    expect(later).toBeLessThan(30);
    test.clock.advance(31_000);
    expect(await sightings()).toBe(30);
  });

  it('makes 404 of a new object on a replica that does not have it yet', async () => {
    test.tenant.replicas.configure({ replicaSeconds: 60 }, test.clock.now());
    const created: unknown = await test.client
      .api('/groups')
      .post({ displayName: 'New', mailNickname: 'new', mailEnabled: false, securityEnabled: true });
    const { id } = z.object({ id: z.string() }).parse(created);
    const token = await test.accessToken(test.clientId);
    const statuses = new Set<number>();
    for (let call = 0; call < 30; call += 1) {
      statuses.add((await graphRequest(test.simulator, token, 'GET', `/groups/${id}`)).status);
    }
    expect(statuses).toEqual(new Set([200, 404]));
  });

  it('never lags behind writes: the primary refuses what it has already', async () => {
    test.tenant.replicas.configure({ replicaSeconds: 60 }, test.clock.now());
    await join();
    expect(await failureOf(join())).toMatchObject({ statusCode: 400 });
    expect(test.directory.directMembers(GROUP)).toEqual([ADA]);
  });

  it('ends when it is switched off', async () => {
    test.tenant.replicas.configure({ replicaSeconds: 60 }, test.clock.now());
    await join();
    test.tenant.replicas.configure({ replicaSeconds: 0 }, test.clock.now());
    expect(await sightings()).toBe(30);
  });

  it('is another, longer one for ConsistencyLevel: eventual', async () => {
    test.tenant.replicas.configure({ indexSeconds: 120 }, test.clock.now());
    await join();
    const path = `/groups/${GROUP}/members/microsoft.graph.user?$count=true`;
    const viaIndex = () => test.client.api(path).header('ConsistencyLevel', 'eventual').get();
    expect(await test.client.api(`/groups/${GROUP}/members`).get()).toMatchObject({ value: [{ id: ADA }] });
    expect(await viaIndex()).toMatchObject({ '@odata.count': 0, value: [] });
    test.clock.advance(121_000);
    expect(await viaIndex()).toMatchObject({ '@odata.count': 1, value: [{ id: ADA }] });
  });
});
