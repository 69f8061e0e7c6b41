import type { TokenCredential } from '@azure/identity';
import { createCredential, type CredentialSettings } from '../../src/lib/secrets/create-credential.ts';
import { createManagedIdentity } from '../../src/lib/secrets/managed-identity.ts';
import { createVault, type Vault } from '../../src/lib/secrets/vault.ts';
import { IDENTITY_HEADER } from '../../dev/simulator/login/identity-endpoint.ts';
import type { AppRegistration } from '../../dev/simulator/world/app-registration.ts';
import type { Clock } from '../../src/lib/ports.ts';
import { tokenOf } from '../simulator/sign-in.ts';
import { startTestTenant, type TestTenant } from '../simulator/test-tenant.ts';

export const SECRET_NAME = 'rolecall-client-secret';

/** The simulated sign-in, vault and managed identity as an app in App Service has them. */
export interface SignInUnderTest {
  readonly test: TestTenant;
  readonly clock: Clock;
  readonly identity: AppRegistration;
  readonly managedIdentity: TokenCredential;
  readonly vault: Vault;
  /** A token from a new credential; tenant, app and secret are the test's unless given. */
  signIn(given?: Partial<CredentialSettings>): Promise<string>;
  credential(given?: Partial<CredentialSettings>): ReturnType<typeof createCredential>;
  close(): Promise<void>;
}

/** Starts it. One per test file: MSAL remembers the identity endpoint it saw first for the life of the process. */
export async function startSignIn(): Promise<SignInUnderTest> {
  const test = await startTestTenant();
  process.env['IDENTITY_ENDPOINT'] = `${test.simulator.url}/msi/token`;
  process.env['IDENTITY_HEADER'] = IDENTITY_HEADER;
  const identity = test.tenant.registerApp({ isManagedIdentity: true, permissions: ['User.Read.All'] });
  const clock: Clock = { now: () => new Date(test.clock.now()) };
  const managedIdentity = createManagedIdentity(identity.clientId);
  const vault = createVault({ url: test.simulator.url, identity: managedIdentity, isLocal: true });
  const credential = (given: Partial<CredentialSettings> = {}) =>
    createCredential(
      { tenantId: test.tenant.id, clientId: test.clientId, credential: 'secret', secretName: SECRET_NAME, ...given },
      { identity: managedIdentity, vault, authorityUrl: test.simulator.url, isLocal: true, clock },
    );
  return {
    test,
    clock,
    identity,
    managedIdentity,
    vault,
    credential,
    signIn: (given) => tokenOf(credential(given)),
    close: async () => {
      delete process.env['IDENTITY_ENDPOINT'];
      delete process.env['IDENTITY_HEADER'];
      await test.close();
    },
  };
}
