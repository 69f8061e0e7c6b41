import { z } from 'zod';
import { failureOf, startTestTenant, type TestTenant } from './test-tenant.ts';

let test: TestTenant;

beforeEach(async () => {
  test = await startTestTenant(['Application.Read.All']);
});

afterEach(async () => {
  await test.close();
});

const GROUP_READ = '5b567255-7703-4780-807c-7be8301ae99b';
const APPLICATION_READ = '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30';

async function assignedRoles(): Promise<string[]> {
  const { servicePrincipalId } = test.tenant.app(test.clientId);
  const answer: unknown = await test.client.api(`/servicePrincipals/${servicePrincipalId}/appRoleAssignments`).get();
  const schema = z.object({ value: z.array(z.object({ appRoleId: z.string(), resourceDisplayName: z.string() })) });
  return schema.parse(answer).value.map(({ appRoleId }) => appRoleId);
}

describe('an app registration', () => {
  it('shows several live secrets by hint and expiry, never by value', async () => {
    test.tenant.addSecret(test.clientId, { value: 'old-secret', endDateTime: '2026-12-01T00:00:00Z' });
    test.tenant.addSecret(test.clientId, {
      value: 'new-secret',
      endDateTime: '2027-12-01T00:00:00Z',
      displayName: 'prod',
    });
    const application: unknown = await test.client
      .api(`/applications(appId='${test.clientId}')`)
      .select('id,appId,passwordCredentials')
      .get();
    expect(application).toMatchObject({
      appId: test.clientId,
      passwordCredentials: [
        { hint: 'old', displayName: null, endDateTime: '2026-12-01T00:00:00Z', secretText: null },
        { hint: 'new', displayName: 'prod', endDateTime: '2027-12-01T00:00:00Z', secretText: null },
      ],
    });
    expect(JSON.stringify(application)).not.toContain('-secret');
  });

  it('is unknown under another app id', async () => {
    const path = "/applications(appId='11111111-2222-4333-8444-555555555555')";
    expect(await failureOf(test.client.api(path).get())).toMatchObject({ statusCode: 404 });
  });

  it('has a service principal; that of Graph has another object id in each tenant', async () => {
    expect(await test.client.api(`/servicePrincipals(appId='${test.clientId}')`).get()).toMatchObject({
      id: test.tenant.app(test.clientId).servicePrincipalId,
      appRoleAssignmentRequired: false,
    });
    expect(test.simulator.world.createTenant().graphServicePrincipalId).not.toBe(test.tenant.graphServicePrincipalId);
  });

  it('shows its granted permissions by their real ids', async () => {
    test.tenant.grant(test.clientId, 'Group.Read.All');
    expect(await assignedRoles()).toEqual([APPLICATION_READ, GROUP_READ]);
  });

  it('shows grants and revocations late, as the switch says', async () => {
    test.simulator.world.control.settings.appRoleAssignmentDelaySeconds = 60;
    test.clock.advance(61_000);
    test.tenant.grant(test.clientId, 'Group.Read.All');
    test.tenant.revokeGrant(test.clientId, 'Application.Read.All');
    test.tenant.grant(test.clientId, 'Directory.Read.All');
    expect(await assignedRoles()).toEqual([APPLICATION_READ]);
    test.clock.advance(61_000);
    expect(await assignedRoles()).toEqual([GROUP_READ, '7ab1d382-f21e-4acd-a863-ba3e13f7da61']);
  });
});
