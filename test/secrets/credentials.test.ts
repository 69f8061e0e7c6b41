import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { decodeJwt } from 'jose';
import { AccessDeniedError, InvalidInputError, NoAnswerError, UnavailableError } from '../../src/lib/errors.ts';
import { describeError } from '../../src/lib/log.ts';
import { createCredential } from '../../src/lib/secrets/create-credential.ts';
import { createManagedIdentity } from '../../src/lib/secrets/managed-identity.ts';
import { createVault } from '../../src/lib/secrets/vault.ts';
import { graphRequest } from '../simulator/control-client.ts';
import { signingCertificate, type SigningCertificate } from '../simulator/signing-certificate.ts';
import { SECRET_NAME, startSignIn, type SignInUnderTest } from './sign-in-under-test.ts';

const SECRET = 'Zq8~a-secret-value-nobody-may-see';
const UNKNOWN = '11111111-2222-4333-8444-555555555555';

let under: SignInUnderTest;
let certificate: SigningCertificate;

beforeAll(async () => {
  under = await startSignIn();
  certificate = await signingCertificate();
});

afterEach(() => {
  under.test.simulator.reset();
  under.test.simulator.world.vault.secrets.clear();
  under.test.clock.advance(60_000);
});

afterAll(async () => {
  certificate.remove();
  await under.close();
});

const inVault = (value: string) => under.test.simulator.world.vault.set(SECRET_NAME, value);
const failure = (given: Parameters<SignInUnderTest['signIn']>[0] = {}): Promise<unknown> =>
  under.signIn(given).then(
    () => 'A token came, which it should not.',
    (error: unknown) => error,
  );

describe('each kind of credential', () => {
  it('secret: gets a token with the value out of the vault', async () => {
    const app = under.test.tenant.registerApp({ permissions: ['User.Read.All'], secret: SECRET });
    inVault(SECRET);
    const token = await under.signIn({ clientId: app.clientId });
    expect(decodeJwt(token)).toMatchObject({ appid: app.clientId, roles: ['User.Read.All'] });
    expect((await graphRequest(under.test.simulator, token, 'GET', '/users')).status).toBe(200);
  });

  it('certificate: gets a token with the key out of the vault', async () => {
    const app = under.test.tenant.registerApp({
      permissions: ['Group.Read.All'],
      certificates: [certificate.publicPem],
    });
    inVault(readFileSync(certificate.file, 'utf8'));
    const token = await under.signIn({ credential: 'certificate', clientId: app.clientId });
    expect(decodeJwt(token)).toMatchObject({ appid: app.clientId, roles: ['Group.Read.All'] });
  });

  it('federated: gets a token for the assertion of the managed identity', async () => {
    const app = under.test.tenant.registerApp({
      permissions: ['Group.Read.All'],
      federatedCredentials: [
        {
          issuer: under.test.simulator.authority.issuer(under.test.tenant.id),
          subject: under.identity.servicePrincipalId,
          audience: 'api://AzureADTokenExchange',
        },
      ],
    });
    const token = await under.signIn({ credential: 'federated', clientId: app.clientId, secretName: undefined });
    expect(decodeJwt(token)).toMatchObject({ appid: app.clientId, roles: ['Group.Read.All'] });
  });

  it('managedIdentity: gets the token of the identity itself', async () => {
    const token = await under.signIn({ credential: 'managedIdentity', clientId: undefined, secretName: undefined });
    expect(decodeJwt(token)).toMatchObject({ appid: under.identity.clientId, roles: ['User.Read.All'] });
  });
});

describe('a credential that is refused', () => {
  const guid = 'd4e5f607-1829-4a3b-8c4d-5e6f70819203';
  it.each([
    { name: 'a wrong value', value: 'wrong', says: 'is not a secret of the app', code: 'AADSTS7000215' },
    { name: "the secret's id", value: guid, says: "this looks like the secret's id", code: 'AADSTS7000215' },
    { name: 'an expired secret', value: 'expired', says: 'has expired', code: 'AADSTS7000222' },
    { name: 'another app', value: SECRET, clientId: UNKNOWN, says: `has no app ${UNKNOWN}`, code: 'AADSTS700016' },
  ])('for $name is told in a sentence (A26)', async ({ value, clientId, says, code }) => {
    const app = under.test.tenant.registerApp({ secret: SECRET });
    under.test.tenant.addSecret(app.clientId, { value: 'expired', endDateTime: '2020-01-01T00:00:00Z' });
    inVault(value);
    const error = await failure({ clientId: clientId ?? app.clientId });
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(String(error)).toContain(says);
    expect(String(error)).toContain(code);
  });

  it('for a tenant that is not there names the tenant', async () => {
    inVault(SECRET);
    const error = await failure({ tenantId: UNKNOWN });
    expect(error).toMatchObject({ kind: 'againAfter' });
    expect(String(error)).toContain(UNKNOWN);
  });

  it('says so for a certificate and for an assertion too', async () => {
    const app = under.test.tenant.registerApp({ secret: SECRET });
    inVault(readFileSync(certificate.file, 'utf8'));
    const refusedCertificate = await failure({ credential: 'certificate', clientId: app.clientId });
    expect(String(refusedCertificate)).toContain('is not registered on the app');
    const refusedAssertion = await failure({ credential: 'federated', clientId: app.clientId });
    expect(String(refusedAssertion)).toContain('no federated credential that matches');
  });

  it.each(['secret', 'certificate', 'federated'] as const)(
    '(%s) never falls through to another kind, though the managed identity would do',
    async (credential) => {
      const app = under.test.tenant.registerApp({});
      inVault(credential === 'certificate' ? readFileSync(certificate.file, 'utf8') : SECRET);
      expect(await failure({ credential, clientId: app.clientId })).toBeInstanceOf(AccessDeniedError);
    },
  );

  it('shows neither the secret nor the key, wherever the error is printed (promise 9)', async () => {
    const app = under.test.tenant.registerApp({});
    inVault(SECRET);
    const ofSecret = await failure({ clientId: app.clientId });
    inVault(readFileSync(certificate.file, 'utf8'));
    const ofCertificate = await failure({ credential: 'certificate', clientId: app.clientId });
    const key = readFileSync(certificate.file, 'utf8').split('\n')[1] ?? '';
    for (const error of [ofSecret, ofCertificate]) {
      const printed = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(describeError(error));
      expect(printed).not.toContain(SECRET);
      expect(printed).not.toContain(key);
    }
  });
});

describe('a sign-in that cannot be reached', () => {
  it.each([
    { name: '503', fault: { status: 503 } },
    { name: '429', fault: { status: 429, retryAfterSeconds: 3 } },
    { name: 'a cut connection', fault: { drop: 'before' } },
  ] as const)('($name) is tried again later and not blamed on the secret', async ({ fault }) => {
    const app = under.test.tenant.registerApp({ secret: SECRET });
    inVault(SECRET);
    under.test.simulator.world.control.faults.add({ path: '/oauth2/v2.0/token$', ...fault });
    const error = await failure({ clientId: app.clientId });
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).not.toBeInstanceOf(AccessDeniedError);
    under.test.simulator.world.control.faults.clear();
    await under.signIn({ clientId: app.clientId });
  });
});

describe('a vault that gives no secret', () => {
  it('because it has none is told', async () => {
    const error = await failure();
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(String(error)).toContain(`has no secret '${SECRET_NAME}'`);
  });

  it('because the newest version is disabled or the role is missing is told', async () => {
    under.test.simulator.world.vault.set(SECRET_NAME, SECRET, { enabled: false });
    const error = await failure();
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(String(error)).toContain('Key Vault Secrets User');
  });

  it.each([{ status: 500 }, { status: 429 }, { drop: 'before' }] as const)(
    '(%j) is tried again later',
    async (fault) => {
      inVault(SECRET);
      under.test.simulator.world.control.faults.add({ path: '^/secrets/', ...fault });
      const error = await failure();
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).not.toBeInstanceOf(AccessDeniedError);
    },
  );

  it('because it is empty is no secret', async () => {
    inVault('');
    expect(String(await failure())).toContain('is empty');
  });
});

describe('silence, here of a second, is no answer after the limit', () => {
  const soon = 100;
  const silence = (path: string) => under.test.simulator.world.control.faults.add({ path, delayMs: 1_000 });
  const parts = () => {
    const { simulator } = under.test;
    return { identity: under.managedIdentity, authorityUrl: simulator.url, isLocal: true, clock: under.clock };
  };
  const settings = { clientId: UNKNOWN, secretName: SECRET_NAME } as const;

  it.each(['secret', 'certificate', 'federated'] as const)('of Entra ID (%s)', async (credential) => {
    inVault(credential === 'certificate' ? readFileSync(certificate.file, 'utf8') : SECRET);
    silence('/oauth2/v2.0/token$');
    const tenantId = under.test.tenant.id;
    const impatient = { ...parts(), vault: under.vault, timeoutMilliseconds: soon };
    const asked = createCredential({ ...settings, tenantId, credential }, impatient).getToken('scope/.default');
    await expect(asked).rejects.toMatchObject({ name: 'UnavailableError', kind: 'againAfter' });
  });

  it('of the vault', async () => {
    inVault(SECRET);
    const vault = createVault({ ...parts(), url: under.test.simulator.url, timeoutMilliseconds: soon });
    await under.vault.read(SECRET_NAME);
    silence('^/secrets/');
    await expect(vault.read(SECRET_NAME)).rejects.toBeInstanceOf(NoAnswerError);
    await expect(vault.describe(SECRET_NAME)).rejects.toThrow(`'${SECRET_NAME}'`);
  });

  it('of the managed identity', async () => {
    silence('/msi/token');
    const identity = createManagedIdentity(under.identity.clientId, soon);
    await expect(identity.getToken('https://never.asked/.default')).rejects.toBeInstanceOf(NoAnswerError);
  });
});

describe('settings that do not fit', () => {
  it.each([
    { name: 'no client id', given: { clientId: undefined } },
    { name: 'no secret name', given: { secretName: undefined } },
    { name: 'no vault', given: {}, without: 'vault' },
  ])('are refused at once: $name', ({ given, without }) => {
    const identity = { getToken: async () => null };
    const parts = { identity, authorityUrl: under.test.simulator.url, isLocal: true, clock: under.clock };
    const settings = { tenantId: UNKNOWN, clientId: UNKNOWN, credential: 'secret', secretName: SECRET_NAME } as const;
    expect(() =>
      createCredential({ ...settings, ...given }, without === undefined ? { ...parts, vault: under.vault } : parts),
    ).toThrow(InvalidInputError);
  });
});
