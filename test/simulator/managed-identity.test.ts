import { ClientAssertionCredential, ManagedIdentityCredential } from '@azure/identity';
import { decodeJwt } from 'jose';
import { IDENTITY_HEADER } from '../../dev/simulator/login/identity-endpoint.ts';
import { graphRequest, request } from './control-client.ts';
import { loginFailure, signInOptions, tokenOf } from './sign-in.ts';
import { startTestTenant, type TestTenant } from './test-tenant.ts';

// One simulator for the file: MSAL remembers the identity endpoint it saw first for the life of the process.
let test: TestTenant;

beforeAll(async () => {
  test = await startTestTenant();
});

afterAll(async () => {
  await test.close();
});

/** Runs in the environment that App Service gives an app with a managed identity. */
async function withIdentityEndpoint<T>(run: () => Promise<T>): Promise<T> {
  process.env['IDENTITY_ENDPOINT'] = `${test.simulator.url}/msi/token`;
  process.env['IDENTITY_HEADER'] = IDENTITY_HEADER;
  try {
    return await run();
  } finally {
    delete process.env['IDENTITY_ENDPOINT'];
    delete process.env['IDENTITY_HEADER'];
  }
}

describe('a managed identity', () => {
  it('gives a managed identity its token through the identity endpoint', async () => {
    const { clientId } = test.tenant.registerApp({ isManagedIdentity: true, permissions: ['User.Read.All'] });
    const token = await withIdentityEndpoint(() => tokenOf(new ManagedIdentityCredential()));
    expect(decodeJwt(token)).toMatchObject({ appid: clientId, roles: ['User.Read.All'] });
    const users = await graphRequest(test.simulator, token, 'GET', '/users');
    expect(users.status).toBe(200);
  });

  it('refuses the identity endpoint to callers from outside', async () => {
    test.tenant.registerApp({ isManagedIdentity: true });
    const path = '/msi/token?resource=https://vault.azure.net&api-version=2019-08-01';
    expect((await request(test.simulator, 'GET', path)).status).toBe(401);
    const headers = { 'X-IDENTITY-HEADER': IDENTITY_HEADER };
    expect((await request(test.simulator, 'GET', path, { headers })).status).toBe(200);
  });

  it.each([
    { name: 'takes a managed identity as federated credential', subject: undefined, code: undefined },
    { name: 'refuses another subject than the one registered', subject: 'somebody-else', code: 70021 },
  ])('$name', async ({ subject, code }) => {
    const identity = test.tenant.registerApp({ isManagedIdentity: true });
    const app = test.tenant.registerApp({
      permissions: ['Group.Read.All'],
      federatedCredentials: [
        {
          issuer: test.simulator.authority.issuer(test.tenant.id),
          subject: subject ?? identity.servicePrincipalId,
          audience: 'api://AzureADTokenExchange',
        },
      ],
    });
    const credential = new ClientAssertionCredential(
      test.tenant.id,
      app.clientId,
      () =>
        withIdentityEndpoint(() =>
          tokenOf(
            new ManagedIdentityCredential({ clientId: identity.clientId }),
            'api://AzureADTokenExchange/.default',
          ),
        ),
      signInOptions(test.simulator),
    );
    if (code === undefined) expect(decodeJwt(await tokenOf(credential))['roles']).toEqual(['Group.Read.All']);
    else expect(await loginFailure(credential)).toBe(code);
  });
});
