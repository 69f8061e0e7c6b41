import { z } from 'zod';
import { graphRequest } from './control-client.ts';
import { failureOf, seedGroup, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

let test: TestTenant;

beforeEach(async () => {
  test = await startTestTenant();
});

afterEach(async () => {
  await test.close();
});

const ADA = testId('a', 1);
const BOB = testId('a', 2);
/** OUTER holds MIDDLE, MIDDLE holds INNER, INNER holds OUTER again. */
const [OUTER, MIDDLE, INNER] = [testId('b', 1), testId('b', 2), testId('b', 3)];
const OTHER = testId('c', 1);

const idsSchema = z.object({ value: z.array(z.object({ id: z.string() })) });
const stringsSchema = z.object({ value: z.array(z.string()) });

function seedNested(): void {
  seedUser(test.tenant, { id: ADA, displayName: 'Ada' });
  seedUser(test.tenant, { id: BOB, displayName: 'Bob' });
  seedGroup(test.tenant, { id: OUTER, displayName: 'Outer' }, [MIDDLE]);
  seedGroup(test.tenant, { id: MIDDLE, displayName: 'Middle' }, [INNER, BOB]);
  seedGroup(test.tenant, { id: INNER, displayName: 'Inner' }, [ADA, OUTER]);
  seedGroup(test.tenant, { id: OTHER, displayName: 'Other', securityEnabled: false, mailEnabled: true }, [ADA]);
}

async function idsOf(path: string): Promise<string[]> {
  const answer = idsSchema.parse(await test.client.api(path).get());
  return answer.value.map(({ id }) => id).sort();
}

async function memberGroups(id: string, securityEnabledOnly = false): Promise<string[]> {
  const answer: unknown = await test.client.api(`/users/${id}/getMemberGroups`).post({ securityEnabledOnly });
  return stringsSchema.parse(answer).value.sort();
}

async function checkGroups(id: string, groupIds: readonly string[]): Promise<string[]> {
  const answer: unknown = await test.client.api(`/users/${id}/checkMemberGroups`).post({ groupIds });
  return stringsSchema.parse(answer).value.sort();
}

describe('nested groups with a cycle', () => {
  beforeEach(seedNested);

  it('are direct in members and memberOf, flattened in the transitive lists', async () => {
    expect(await idsOf(`/groups/${OUTER}/members`)).toEqual([MIDDLE]);
    expect(await idsOf(`/groups/${OUTER}/transitiveMembers`)).toEqual([ADA, BOB, OUTER, MIDDLE, INNER].sort());
    expect(await idsOf(`/users/${ADA}/memberOf`)).toEqual([INNER, OTHER]);
    expect(await idsOf(`/users/${ADA}/transitiveMemberOf`)).toEqual([OUTER, MIDDLE, INNER, OTHER]);
  });

  it('are all in getMemberGroups and checkMemberGroups', async () => {
    expect(await memberGroups(ADA)).toEqual([OUTER, MIDDLE, INNER, OTHER]);
    expect(await memberGroups(ADA, true)).toEqual([OUTER, MIDDLE, INNER]);
    expect(await checkGroups(ADA, [OUTER, OTHER, testId('b', 9)])).toEqual([OUTER, OTHER]);
    expect(await checkGroups(BOB, [OTHER, OUTER])).toEqual([OUTER]);
  });

  it('name the type of each member', async () => {
    expect(await test.client.api(`/groups/${MIDDLE}/members`).select('id,displayName').get()).toMatchObject({
      value: [
        { '@odata.type': '#microsoft.graph.group', id: INNER, displayName: 'Inner' },
        { '@odata.type': '#microsoft.graph.user', id: BOB, displayName: 'Bob' },
      ],
    });
  });

  it('lose a deleted group and what is only reached through it', async () => {
    test.directory.apply({ kind: 'groupDeleted', groupId: MIDDLE });
    expect(await memberGroups(ADA)).toEqual([INNER, OTHER]);
    expect(await checkGroups(ADA, [OUTER, MIDDLE])).toEqual([]);
    test.directory.apply({ kind: 'groupRestored', groupId: MIDDLE });
    expect(await memberGroups(ADA)).toEqual([OUTER, MIDDLE, INNER, OTHER]);
  });

  it('keep a soft-deleted user, who is listed nowhere until restored', async () => {
    test.directory.apply({ kind: 'userDeleted', userId: ADA });
    expect(await idsOf(`/groups/${INNER}/members`)).toEqual([OUTER]);
    expect(await failureOf(memberGroups(ADA))).toMatchObject({ statusCode: 404, code: 'Request_ResourceNotFound' });
    expect(test.directory.hasMember(INNER, ADA)).toBe(true);
    test.directory.apply({ kind: 'userRestored', userId: ADA });
    expect(await idsOf(`/groups/${INNER}/members`)).toEqual([ADA, OUTER]);
    test.directory.apply({ kind: 'userPurged', userId: ADA });
    expect(test.directory.hasMember(INNER, ADA)).toBe(false);
  });

  it.each([
    `/groups/${OUTER}/transitiveMembers/microsoft.graph.user`,
    `/users/${ADA}/transitiveMemberOf/microsoft.graph.group`,
    `/groups/${OUTER}/members?$filter=displayName eq 'Ada'`,
  ])('need ConsistencyLevel and $count for a cast or a filter: %s', async (path) => {
    expect(await failureOf(test.client.api(path).get())).toMatchObject({ code: 'Request_UnsupportedQuery' });
    expect(await failureOf(test.client.api(path).header('ConsistencyLevel', 'eventual').get())).toMatchObject({
      code: 'Request_UnsupportedQuery',
    });
    await test.client.api(path).header('ConsistencyLevel', 'eventual').count(true).get();
  });

  it('cast to users only', async () => {
    const path = `/groups/${OUTER}/transitiveMembers/microsoft.graph.user`;
    const cast: unknown = await test.client.api(path).header('ConsistencyLevel', 'eventual').count(true).get();
    expect(cast).toMatchObject({ '@odata.count': 2 });
    expect(
      idsSchema
        .parse(cast)
        .value.map(({ id }) => id)
        .sort(),
    ).toEqual([ADA, BOB]);
  });
});

describe('limits', () => {
  it('checkMemberGroups takes 20 ids', async () => {
    seedUser(test.tenant, { id: ADA });
    const ids = Array.from({ length: 21 }, (_, number) => testId('b', number));
    expect(await checkGroups(ADA, ids.slice(0, 20))).toEqual([]);
    expect(await failureOf(checkGroups(ADA, ids))).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
  });

  it('getMemberGroups gives 11,000 groups at most, transitiveMemberOf goes on in pages', async () => {
    seedUser(test.tenant, { id: ADA });
    const groups = Array.from({ length: 11_000 }, (_, number) =>
      seedGroup(test.tenant, { id: testId('b', number) }, [ADA]),
    );
    expect(await memberGroups(ADA)).toHaveLength(groups.length);
    seedGroup(test.tenant, { id: testId('c', 1) }, [ADA]);
    expect(await failureOf(memberGroups(ADA))).toMatchObject({
      statusCode: 400,
      code: 'Directory_ResultSizeLimitExceeded',
    });
    expect(await idsOf(`/users/${ADA}/transitiveMemberOf?$top=999`)).toHaveLength(999);
  });

  it('getByIds takes 1,000 ids and leaves out unknown ones', async () => {
    seedUser(test.tenant, { id: ADA });
    seedGroup(test.tenant, { id: OTHER });
    const getByIds = (ids: readonly string[]): Promise<unknown> =>
      test.client.api('/directoryObjects/getByIds').post({ ids, types: ['user', 'group'] });
    const found = idsSchema.parse(await getByIds([ADA, OTHER, testId('a', 9)]));
    expect(found.value.map(({ id }) => id)).toEqual([ADA, OTHER]);
    const many = Array.from({ length: 1001 }, (_, number) => testId('e', number));
    expect(await failureOf(getByIds(many))).toMatchObject({ statusCode: 400 });
  });
});

describe('hidden membership', () => {
  beforeEach(() => {
    seedUser(test.tenant, { id: ADA, displayName: 'Ada' });
    const hidden = { visibility: 'HiddenMembership', groupTypes: ['Unified'], mailEnabled: true } as const;
    seedGroup(test.tenant, { id: OTHER, ...hidden }, [ADA]);
  });

  it.each([
    { mode: 'empty', status: 200, value: [], memberOf: [] },
    { mode: 'forbidden', status: 403, value: undefined, memberOf: [] },
    { mode: 'idsOnly', status: 200, value: [{ '@odata.type': '#microsoft.graph.user', id: ADA }], memberOf: [OTHER] },
  ] as const)('looks $mode without Member.Read.Hidden', async ({ mode, status, value, memberOf }) => {
    test.simulator.world.control.settings.hiddenMembership = mode;
    const token = await test.accessToken(test.clientId);
    const answer = await graphRequest(test.simulator, token, 'GET', `/groups/${OTHER}/members`);
    expect(answer.status).toBe(status);
    if (value !== undefined) expect(answer.body).toMatchObject({ value });
    expect(await memberGroups(ADA)).toEqual(memberOf);
  });

  it('is plain to whoever has Member.Read.Hidden', async () => {
    test.tenant.grant(test.clientId, 'Member.Read.Hidden');
    expect(await test.client.api(`/groups/${OTHER}/members`).get()).toMatchObject({ value: [{ displayName: 'Ada' }] });
    expect(await memberGroups(ADA)).toEqual([OTHER]);
  });

  it('stays hidden from birth on', async () => {
    test.tenant.grant(test.clientId, 'Group.ReadWrite.All');
    const change = test.client.api(`/groups/${OTHER}`).patch({ visibility: 'Private' });
    expect(await failureOf(change)).toMatchObject({ statusCode: 400 });
  });
});
