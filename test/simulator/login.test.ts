import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity';
import { createRemoteJWKSet, decodeJwt, jwtVerify, SignJWT } from 'jose';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { graphRequest, request } from './control-client.ts';
import { GRAPH, loginFailure, signInOptions, tokenOf } from './sign-in.ts';
import { signingCertificate, type SigningCertificate } from './signing-certificate.ts';
import { startTestTenant, type TestTenant } from './test-tenant.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let test: TestTenant;
let certificate: SigningCertificate;

beforeAll(async () => {
  certificate = await signingCertificate();
});

afterAll(() => {
  certificate.remove();
});

beforeEach(async () => {
  test = await startTestTenant();
});

afterEach(async () => {
  await test.close();
});

function withSecret(secret: string, clientId = test.clientId, tenantId = test.tenant.id): ClientSecretCredential {
  return new ClientSecretCredential(tenantId, clientId, secret, signInOptions(test.simulator));
}

describe('client secrets', () => {
  it('gives a signed token whose roles are the granted permissions', async () => {
    test.tenant.addSecret(test.clientId, { value: 'right' });
    const token = await tokenOf(withSecret('right'));
    const keys = createRemoteJWKSet(new URL(`${test.simulator.url}/${test.tenant.id}/discovery/v2.0/keys`));
    const { payload } = await jwtVerify(token, keys, { audience: 'https://graph.microsoft.com' });
    expect(payload).toMatchObject({
      tid: test.tenant.id,
      appid: test.clientId,
      oid: test.tenant.app(test.clientId).servicePrincipalId,
      roles: ['Group.Read.All', 'User.Read.All'],
    });
  });

  it('carries a new permission only in a new token, and a revoked one in none', async () => {
    test.tenant.addSecret(test.clientId, { value: 'right' });
    const before = await tokenOf(withSecret('right'));
    test.tenant.grant(test.clientId, 'Member.Read.Hidden');
    test.tenant.revokeGrant(test.clientId, 'User.Read.All');
    expect(decodeJwt(before)['roles']).toEqual(['Group.Read.All', 'User.Read.All']);
    expect(decodeJwt(await tokenOf(withSecret('right')))['roles']).toEqual(['Group.Read.All', 'Member.Read.Hidden']);
  });

  it('accepts each of several live secrets, so that a rotation can overlap', async () => {
    test.tenant.addSecret(test.clientId, { value: 'old' });
    const next = test.tenant.addSecret(test.clientId, { value: 'new' });
    await tokenOf(withSecret('old'));
    await tokenOf(withSecret('new'));
    test.tenant.removeSecret(test.clientId, next.keyId);
    expect(await loginFailure(withSecret('new'))).toBe(7000215);
  });

  it.each([
    { name: 'a wrong secret', secret: 'wrong', status: 401, error: 'invalid_client', code: 7000215 },
    { name: 'an expired secret', secret: 'expired', status: 401, error: 'invalid_client', code: 7000222 },
    {
      name: 'an unknown client',
      client: '11111111-2222-4333-8444-555555555555',
      status: 400,
      error: 'unauthorized_client',
      code: 700016,
    },
    {
      name: 'an unknown tenant',
      tenant: '11111111-2222-4333-8444-666666666666',
      status: 400,
      error: 'invalid_request',
      code: 90002,
    },
  ])('refuses $name with AADSTS$code', async ({ secret = 'right', client, tenant, status, error, code }) => {
    test.tenant.addSecret(test.clientId, { value: 'right' });
    test.tenant.addSecret(test.clientId, { value: 'expired', endDateTime: '2020-01-01T00:00:00Z' });
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client ?? test.clientId,
      client_secret: secret,
      scope: GRAPH,
    });
    const response = await fetch(`${test.simulator.url}/${tenant ?? test.tenant.id}/oauth2/v2.0/token`, {
      method: 'POST',
      body: form,
    });
    const body: unknown = await response.json();
    expect(response.status).toBe(status);
    expect(body).toMatchObject({
      error,
      error_codes: [code],
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    });
    const description = z.object({ error_description: z.string() }).parse(body).error_description;
    expect(description).toMatch(
      new RegExp(`^AADSTS${code}: .*\\r\\nTrace ID: .*\\r\\nCorrelation ID: .*\\r\\nTimestamp: `),
    );
  });

  it('lets a secret expire while the clock goes on', async () => {
    const endDateTime = new Date(test.clock.now() + DAY_MS).toISOString();
    test.tenant.addSecret(test.clientId, { value: 'short', endDateTime });
    await tokenOf(withSecret('short'));
    test.clock.advance(DAY_MS);
    expect(await loginFailure(withSecret('short'))).toBe(7000222);
  });

  it('refuses a resource the tenant does not have', async () => {
    test.tenant.addSecret(test.clientId, { value: 'right' });
    expect(await loginFailure(withSecret('right'), 'api://nobody/.default')).toBe(500011);
  });
});

describe('other credentials', () => {
  it('takes an assertion signed by the registered certificate, and no other', async () => {
    const { clientId } = test.tenant.registerApp({
      certificates: [certificate.publicPem],
      permissions: ['User.Read.All'],
    });
    const credential = (appId: string) =>
      new ClientCertificateCredential(
        test.tenant.id,
        appId,
        { certificatePath: certificate.file },
        signInOptions(test.simulator),
      );
    expect(decodeJwt(await tokenOf(credential(clientId)))['appid']).toBe(clientId);
    expect(await loginFailure(credential(test.clientId))).toBe(700027);
  });
});

describe('the times of a certificate assertion', () => {
  it.each([
    { name: 'accepts one that starts a moment from now', startsIn: 2, endsIn: 600, code: undefined },
    { name: 'refuses one that starts long after now', startsIn: 900, endsIn: 1800, code: 700027 },
    { name: 'refuses one that ended long ago', startsIn: -1800, endsIn: -900, code: 700024 },
  ])('$name', async ({ startsIn, endsIn, code }) => {
    const { clientId } = test.tenant.registerApp({ certificates: [certificate.publicPem] });
    const now = Math.floor(test.clock.now() / 1000);
    const audience = `${test.simulator.url}/${test.tenant.id}/oauth2/v2.0/token`;
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      .setNotBefore(now + startsIn)
      .setExpirationTime(now + endsIn)
      .sign(createPrivateKey(readFileSync(certificate.file)));
    const response = await fetch(audience, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        scope: GRAPH,
      }),
    });
    const schema = z.object({ error_codes: z.array(z.number()).optional() });
    expect(schema.parse(await response.json()).error_codes?.[0]).toBe(code);
    expect(response.status).toBe(code === undefined ? 200 : 401);
  });
});

describe('tokens', () => {
  it('expire: Graph answers 401 to an old one', async () => {
    const token = await test.accessToken(test.clientId);
    expect((await graphRequest(test.simulator, token, 'GET', '/users')).status).toBe(200);
    test.clock.advance(3600 * 1000);
    const refused = await graphRequest(test.simulator, token, 'GET', '/users');
    expect(refused.status).toBe(401);
    expect(refused.body).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } });
  });

  it('live as long as the switch says', async () => {
    test.simulator.world.control.settings.tokenLifetimeSeconds = 60;
    const token = await test.accessToken(test.clientId);
    test.clock.advance(61_000);
    expect((await graphRequest(test.simulator, token, 'GET', '/users')).status).toBe(401);
  });

  it.each(['', 'Bearer nonsense', 'Basic abc'])(
    'are required by Graph (Authorization: "%s")',
    async (authorization) => {
      const refused = await request(test.simulator, 'GET', '/v1.0/users', {
        headers: { Authorization: authorization },
      });
      expect(refused.status).toBe(401);
    },
  );

  it('carry the app roles held on another app, with that app as audience', async () => {
    const target = test.tenant.registerApp({ identifierUris: ['api://rolecall'] });
    const caller = test.tenant.registerApp({
      secret: 'right',
      appRoles: [{ resourceAppId: target.clientId, role: 'Rolecall.Operate' }],
    });
    const token = await tokenOf(withSecret('right', caller.clientId), 'api://rolecall/.default');
    const discovery = await request(test.simulator, 'GET', `/${test.tenant.id}/v2.0/.well-known/openid-configuration`);
    const { issuer, jwks_uri } = z.object({ issuer: z.string(), jwks_uri: z.string() }).parse(discovery.body);
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
      issuer,
      audience: target.clientId,
    });
    expect(payload).toMatchObject({ tid: test.tenant.id, azp: caller.clientId, roles: ['Rolecall.Operate'] });
  });

  it('are issued to operators by the control API for any audience and roles', async () => {
    const body = { tenantId: test.tenant.id, audience: 'api://rolecall', roles: ['Rolecall.Operate'] };
    const issued = await request(test.simulator, 'POST', '/_control/tokens', { body });
    const { access_token } = z.object({ access_token: z.string() }).parse(issued.body);
    expect(decodeJwt(access_token)).toMatchObject({
      aud: 'api://rolecall',
      roles: ['Rolecall.Operate'],
      tid: test.tenant.id,
    });
  });
});
