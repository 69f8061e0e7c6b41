import { z } from 'zod';
import type { DirectoryGroup } from '../../dev/simulator/world/directory-object.ts';
import { failureOf, seedGroup, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

let test: TestTenant;

beforeEach(async () => {
  test = await startTestTenant(['Group.ReadWrite.All', 'User.Read.All']);
});

afterEach(async () => {
  await test.close();
});

const ADA = testId('a', 1);
const GROUP = testId('b', 1);

const NEW_GROUP = { displayName: 'New', mailNickname: 'new', mailEnabled: false, securityEnabled: true };

function reference(id: string) {
  return { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` };
}

describe('groups', () => {
  it('are created, changed, deleted and restored with their members', async () => {
    seedUser(test.tenant, { id: ADA });
    const created: unknown = await test.client
      .api('/groups')
      .post({ ...NEW_GROUP, 'members@odata.bind': [reference(ADA)['@odata.id']] });
    const { id } = z.object({ id: z.guid() }).parse(created);
    await test.client.api(`/groups/${id}`).patch({ displayName: 'Renamed' });
    await test.client.api(`/groups/${id}`).delete();
    expect(await failureOf(test.client.api(`/groups/${id}`).get())).toMatchObject({ statusCode: 404 });
    expect(test.directory.transitiveGroupsOf(ADA)).toEqual([]);
    await test.client.api(`/directory/deletedItems/${id}/restore`).post({});
    expect(await test.client.api(`/groups/${id}`).get()).toMatchObject({ id, displayName: 'Renamed', groupTypes: [] });
    expect(test.directory.transitiveGroupsOf(ADA)).toEqual([id]);
  });

  it('filter by name and by kind', async () => {
    seedGroup(test.tenant, { id: GROUP, displayName: 'Finance approvers' });
    seedGroup(test.tenant, { id: testId('b', 2), displayName: 'Team', groupTypes: ['Unified'], mailEnabled: true });
    const byName: unknown = await test.client.api('/groups').filter("displayName eq 'Finance approvers'").get();
    expect(byName).toMatchObject({ value: [{ id: GROUP }] });
    const byKind: unknown = await test.client.api('/groups').filter("groupTypes/any(c:c eq 'Unified')").get();
    expect(byKind).toMatchObject({ value: [{ id: testId('b', 2) }] });
  });

  it.each<{ name: string; kind: Partial<DirectoryGroup>; restorable: boolean }>([
    { name: 'security', kind: {}, restorable: true },
    { name: 'Microsoft 365', kind: { groupTypes: ['Unified'], mailEnabled: true }, restorable: true },
    { name: 'distribution', kind: { mailEnabled: true, securityEnabled: false }, restorable: false },
  ])('of kind $name are restorable after deletion: $restorable', async ({ kind, restorable }) => {
    test.simulator.world.control.settings.readOnlyGroups = false;
    seedGroup(test.tenant, { id: GROUP, ...kind });
    await test.client.api(`/groups/${GROUP}`).delete();
    expect(test.directory.isDeleted(GROUP)).toBe(restorable);
    expect(test.directory.group(GROUP)).toBeUndefined();
  });
});

describe('members of a group', () => {
  beforeEach(() => {
    seedUser(test.tenant, { id: ADA });
    seedGroup(test.tenant, { id: GROUP });
  });

  it('are added and removed by reference', async () => {
    await test.client.api(`/groups/${GROUP}/members/$ref`).post(reference(ADA));
    expect(test.directory.directMembers(GROUP)).toEqual([ADA]);
    await test.client.api(`/groups/${GROUP}/members/${ADA}/$ref`).delete();
    expect(test.directory.directMembers(GROUP)).toEqual([]);
    expect(test.directory.log.entries.map(({ kind }) => kind)).toEqual(['memberAdded', 'memberRemoved']);
  });

  it('are refused when already there, unknown, deleted or not there', async () => {
    const add = (id: string) => failureOf(test.client.api(`/groups/${GROUP}/members/$ref`).post(reference(id)));
    await test.client.api(`/groups/${GROUP}/members/$ref`).post(reference(ADA));
    expect(await add(ADA)).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
    expect(await add(testId('a', 9))).toMatchObject({ statusCode: 404, code: 'Request_ResourceNotFound' });
    const absent = test.client.api(`/groups/${GROUP}/members/${testId('a', 9)}/$ref`).delete();
    expect(await failureOf(absent)).toMatchObject({ statusCode: 404 });
    test.directory.apply({ kind: 'userDeleted', userId: ADA });
    expect(await add(ADA)).toMatchObject({ statusCode: 404 });
  });

  it.each<{ name: string; kind: Partial<DirectoryGroup> }>([
    { name: 'a mail-enabled security group', kind: { mailEnabled: true } },
    { name: 'a distribution group', kind: { mailEnabled: true, securityEnabled: false } },
    { name: 'a group synced from on premises', kind: { onPremisesSyncEnabled: true } },
    {
      name: 'a dynamic group',
      kind: { groupTypes: ['DynamicMembership'], membershipRule: 'user.department -eq "IT"' },
    },
  ])('cannot be changed through Graph in $name, unless the switch allows it', async ({ kind }) => {
    seedGroup(test.tenant, { id: testId('b', 2), ...kind });
    const add = () => test.client.api(`/groups/${testId('b', 2)}/members/$ref`).post(reference(ADA));
    expect(await failureOf(add())).toMatchObject({ statusCode: 400 });
    test.simulator.world.control.settings.readOnlyGroups = false;
    await add();
    expect(test.directory.directMembers(testId('b', 2))).toEqual([ADA]);
  });

  it.each<{ name: string; kind: Partial<DirectoryGroup> }>([
    { name: 'Microsoft 365', kind: { groupTypes: ['Unified'], mailEnabled: true } },
    { name: 'role-assignable', kind: { isAssignableToRole: true } },
  ])('cannot be groups in a $name group', async ({ kind }) => {
    seedGroup(test.tenant, { id: testId('b', 2), ...kind });
    const nest = test.client.api(`/groups/${testId('b', 2)}/members/$ref`).post(reference(GROUP));
    expect(await failureOf(nest)).toMatchObject({ statusCode: 400 });
  });
});
