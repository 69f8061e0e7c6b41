import { z } from 'zod';
import { startTestTenant, failureOf, seedUser, testId, type TestTenant } from './test-tenant.ts';

let test: TestTenant;

beforeEach(async () => {
  test = await startTestTenant(['User.ReadWrite.All']);
});

afterEach(async () => {
  await test.close();
});

const pageSchema = z.object({
  '@odata.context': z.string(),
  '@odata.nextLink': z.string().optional(),
  '@odata.count': z.number().optional(),
  value: z.array(z.looseObject({ id: z.string() })),
});

const NEW_USER = {
  displayName: 'Ada Example',
  userPrincipalName: 'ada@example.net',
  mailNickname: 'ada',
  accountEnabled: true,
  passwordProfile: { password: 'made-up' },
};

async function createUser(given: object = {}): Promise<string> {
  const created: unknown = await test.client.api('/users').post({ ...NEW_USER, ...given });
  return z.object({ id: z.guid() }).parse(created).id;
}

/** Ids of all pages, following the links as they are. */
async function allIds(path: string): Promise<string[]> {
  const ids: string[] = [];
  for (let link: string | undefined = path; link !== undefined;) {
    const page = pageSchema.parse(await test.client.api(link).get());
    ids.push(...page.value.map(({ id }) => id));
    link = page['@odata.nextLink'];
  }
  return ids;
}

describe('one user', () => {
  it('comes with the default properties and without the ones that must be selected', async () => {
    const id = await createUser({ mail: 'ada@example.net' });
    const user: unknown = await test.client.api(`/users/${id}`).get();
    expect(user).toMatchObject({ id, displayName: 'Ada Example', mail: 'ada@example.net', businessPhones: [] });
    expect(user).not.toHaveProperty('accountEnabled');
    expect(user).not.toHaveProperty('userType');
  });

  it('comes with exactly what is selected', async () => {
    const id = await createUser({ userType: 'Guest' });
    const { '@odata.context': context, ...user } = z
      .looseObject({ '@odata.context': z.string() })
      .parse(await test.client.api(`/users/${id}`).select('id,accountEnabled,userType,externalUserState').get());
    expect(user).toEqual({ id, accountEnabled: true, userType: 'Guest', externalUserState: null });
    expect(context).toMatch(/\$metadata#users\(id,accountEnabled,userType,externalUserState\)\/\$entity$/);
  });

  it('is found by user principal name, in any case and with a guest’s hash sign', async () => {
    const id = await createUser({ userPrincipalName: 'guest_partner.example#EXT#@example.onmicrosoft.com' });
    const name = encodeURIComponent('Guest_partner.example#EXT#@example.onmicrosoft.com');
    expect(await test.client.api(`/users/${name}`).select('id').get()).toMatchObject({ id });
  });

  it('refuses a second holder of a user principal name', async () => {
    await createUser();
    expect(await failureOf(createUser())).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
  });

  it('refuses an unknown property and names it; one stored elsewhere is not implemented', async () => {
    const id = await createUser();
    expect(await failureOf(test.client.api(`/users/${id}`).select('nonsense').get())).toMatchObject({
      statusCode: 400,
    });
    expect(await failureOf(test.client.api(`/users/${id}`).select('skills').get())).toMatchObject({
      statusCode: 501,
      code: 'NotImplemented',
    });
  });

  it('changes by PATCH; a change of nothing is no change', async () => {
    const id = await createUser();
    await test.client.api(`/users/${id}`).patch({ accountEnabled: false });
    const changes = test.directory.seq;
    await test.client.api(`/users/${id}`).patch({ accountEnabled: false });
    expect(test.directory.user(id)?.accountEnabled).toBe(false);
    expect(test.directory.seq).toBe(changes);
  });
});

describe('deleting a user', () => {
  it('is soft: 404, in the recycle bin, restorable with everything it had', async () => {
    const id = await createUser();
    await test.client.api(`/users/${id}`).delete();
    expect(await failureOf(test.client.api(`/users/${id}`).get())).toMatchObject({
      statusCode: 404,
      code: 'Request_ResourceNotFound',
    });
    expect(await test.client.api(`/directory/deletedItems/${id}`).get()).toMatchObject({
      id,
      '@odata.type': '#microsoft.graph.user',
    });
    expect(await allIds('/directory/deletedItems/microsoft.graph.user')).toEqual([id]);
    await test.client.api(`/directory/deletedItems/${id}/restore`).post({});
    expect(await test.client.api(`/users/${id}`).get()).toMatchObject({ id, displayName: 'Ada Example' });
  });

  it('is final from the recycle bin, and by itself after 30 days', async () => {
    const [byHand, byTime] = [await createUser(), await createUser({ userPrincipalName: 'b@example.net' })];
    for (const id of [byHand, byTime]) await test.client.api(`/users/${id}`).delete();
    await test.client.api(`/directory/deletedItems/${byHand}`).delete();
    expect(await allIds('/directory/deletedItems/microsoft.graph.user')).toEqual([byTime]);
    test.clock.advance(30 * 24 * 60 * 60 * 1000);
    expect(await allIds('/directory/deletedItems/microsoft.graph.user')).toEqual([]);
    expect(test.directory.memberType(byTime)).toBeUndefined();
  });
});

describe('listing users', () => {
  beforeEach(() => {
    for (let number = 0; number < 250; number += 1) {
      const displayName = `${number % 2 === 0 ? 'Even' : 'Odd'} ${number}`;
      seedUser(test.tenant, { id: testId('a', number), displayName, accountEnabled: number % 10 !== 0 });
    }
  });

  it('pages by 100 unless told otherwise, and every page link keeps the options', async () => {
    const first = pageSchema.parse(await test.client.api('/users?$select=id,accountEnabled').get());
    expect(first.value).toHaveLength(100);
    const second = pageSchema.parse(await test.client.api(first['@odata.nextLink'] ?? '').get());
    expect(Object.keys(second.value[0] ?? {})).toEqual(['id', 'accountEnabled']);
    expect(new Set(await allIds('/users?$top=7'))).toEqual(new Set(test.directory.userIds()));
  });

  it('shows each user once, whoever comes and goes between the pages', async () => {
    const first = pageSchema.parse(await test.client.api('/users?$top=100').get());
    await test.client.api(`/users/${testId('a', 3)}`).delete();
    await test.client.api(`/users/${testId('a', 203)}`).delete();
    const rest = await allIds(first['@odata.nextLink'] ?? '');
    const seen = [...first.value.map(({ id }) => id), ...rest];
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(249);
    expect(seen).not.toContain(testId('a', 203));
  });

  it('refuses a page link after the minutes it lives', async () => {
    const first = pageSchema.parse(await test.client.api('/users').get());
    test.clock.advance(test.simulator.world.control.settings.pageTokenSeconds * 1000 + 1);
    expect(await failureOf(test.client.api(first['@odata.nextLink'] ?? '').get())).toMatchObject({
      statusCode: 400,
      code: 'Directory_ExpiredPageToken',
    });
  });

  it.each([
    { filter: `id eq '${testId('a', 7)}'`, count: 1 },
    { filter: "displayName eq 'odd 7'", count: 1 },
    { filter: "startswith(displayName,'Even')", count: 125 },
    { filter: "accountEnabled eq false and startswith(displayName,'Even')", count: 25 },
    { filter: "displayName eq 'Odd 1' or (displayName eq 'Even 2' and accountEnabled eq true)", count: 2 },
    { filter: `id in ('${testId('a', 1)}','${testId('a', 2)}')`, count: 2 },
    { filter: "displayName eq 'O''Hara'", count: 0 },
  ])('filters by $filter', async ({ filter, count }) => {
    expect(await allIds(`/users?$filter=${encodeURIComponent(filter)}`)).toHaveLength(count);
  });

  it.each([
    { filter: "endswith(mail,'x')", code: 'Request_UnsupportedQuery' },
    { filter: "displayName ne 'x'", code: 'Request_UnsupportedQuery' },
    { filter: "displayName eq 'x", code: 'Request_BadRequest' },
    { filter: "nonsense eq 'x'", code: 'Request_BadRequest' },
  ])('refuses $filter', async ({ filter, code }) => {
    const call = test.client.api(`/users?$filter=${encodeURIComponent(filter)}`).get();
    expect(await failureOf(call)).toMatchObject({ statusCode: 400, code });
  });

  it('counts for ConsistencyLevel: eventual only, and on the first page only', async () => {
    const counted = pageSchema.parse(
      await test.client.api('/users?$count=true').header('ConsistencyLevel', 'eventual').get(),
    );
    expect(counted['@odata.count']).toBe(250);
    const second = pageSchema.parse(
      await test.client
        .api(counted['@odata.nextLink'] ?? '')
        .header('ConsistencyLevel', 'eventual')
        .get(),
    );
    expect(second['@odata.count']).toBeUndefined();
    expect(pageSchema.parse(await test.client.api('/users?$count=true').get())['@odata.count']).toBeUndefined();
    expect(await failureOf(test.client.api('/users/$count').get())).toMatchObject({ statusCode: 400 });
  });

  it.each(['0', '1000', 'many'])('refuses $top=%s', async (top) => {
    expect(await failureOf(test.client.api(`/users?$top=${top}`).get())).toMatchObject({ statusCode: 400 });
  });
});
