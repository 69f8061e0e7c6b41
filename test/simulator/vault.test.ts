import { ClientSecretCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { request } from './control-client.ts';
import { signInOptions } from './sign-in.ts';
import { startTestTenant, type TestTenant } from './test-tenant.ts';

let test: TestTenant;
let vault: SecretClient;

beforeEach(async () => {
  test = await startTestTenant();
  test.tenant.addSecret(test.clientId, { value: 'right' });
  const credential = new ClientSecretCredential(test.tenant.id, test.clientId, 'right', signInOptions(test.simulator));
  vault = new SecretClient(test.simulator.url, credential, {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
  });
});

afterEach(async () => {
  await test.close();
});

describe('the vault', () => {
  it('gives the newest version, an older one by name, and all of them as a list', async () => {
    const first = await vault.setSecret('graph', 'one', { expiresOn: new Date('2027-01-01T00:00:00Z') });
    test.clock.advance(1000);
    await vault.setSecret('graph', 'two');
    const newest = await vault.getSecret('graph');
    expect(newest.value).toBe('two');
    expect(newest.properties).toMatchObject({ enabled: true, name: 'graph', vaultUrl: test.simulator.url });
    const older = await vault.getSecret('graph', { version: first.properties.version ?? '' });
    expect(older.value).toBe('one');
    expect(older.properties.expiresOn).toEqual(new Date('2027-01-01T00:00:00Z'));
    const expiries: (Date | undefined)[] = [];
    for await (const version of vault.listPropertiesOfSecretVersions('graph')) expiries.push(version.expiresOn);
    expect(expiries).toEqual([new Date('2027-01-01T00:00:00Z'), undefined]);
  });

  it('gives an expired secret without a word, and its expiry with it', async () => {
    test.simulator.world.vault.set('graph', 'old', { expires: 1_000_000 });
    expect((await vault.getSecret('graph')).properties.expiresOn).toEqual(new Date(1_000_000_000));
  });

  it('refuses a disabled version and an unknown name', async () => {
    const { properties } = await vault.setSecret('graph', 'one');
    await vault.updateSecretProperties('graph', properties.version ?? '', { enabled: false });
    await expect(vault.getSecret('graph')).rejects.toMatchObject({ statusCode: 403 });
    await expect(vault.getSecret('nothing')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  });

  it('keeps a certificate like any other secret', async () => {
    await vault.setSecret('certificate', '-----BEGIN PRIVATE KEY-----', { contentType: 'application/x-pem-file' });
    expect((await vault.getSecret('certificate')).properties.contentType).toBe('application/x-pem-file');
  });

  it('challenges whoever comes without a token, or with one for Graph', async () => {
    const path = '/secrets/graph/?api%2Dversion=7.6';
    const graphToken = await test.accessToken(test.clientId);
    for (const headers of [{}, { Authorization: `Bearer ${graphToken}` }]) {
      const answer = await request(test.simulator, 'GET', path, { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('WWW-Authenticate')).toBe(
        `Bearer authorization="${test.simulator.url}/${test.tenant.id}", resource="https://vault.azure.net"`,
      );
    }
  });
});
