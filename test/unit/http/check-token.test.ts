import { createLocalJWKSet, createRemoteJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { UnavailableError } from '../../../src/lib/errors.ts';
import { createTokenCheck } from '../../../src/lib/http/check-token.ts';

const [home, other] = ['5d3c2f1e-0a4b-4c6d-8e7f-102938475665', '6d3c2f1e-0a4b-4c6d-8e7f-102938475665'];
const [ada, eve] = ['11111111-0000-4000-8000-000000000000', '22222222-0000-4000-8000-000000000000'];
const authorityUrl = 'https://login.example';
const audience = '7a1b9c3d-2e4f-4a5b-8c6d-7e8f90a1b2c3';
const now = new Date('2026-02-01T12:00:00Z');
const seconds = Math.floor(now.getTime() / 1000);
const hour = 3600;

const keyPairs = Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);

async function check(authorization: string | null, tenantId = home) {
  const [{ publicKey }] = await keyPairs;
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }] });
  const tenants = [
    { tenantId: home, operators: [ada] },
    { tenantId: other, operators: [] },
  ];
  return createTokenCheck({ authorityUrl, audience, tenants, now: () => now, keysOf: () => keys })(
    authorization,
    tenantId,
  );
}

interface Token {
  readonly claims?: Record<string, unknown>;
  readonly tid?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: number;
  readonly key?: 0 | 1;
}

async function token(options: Token = {}): Promise<string> {
  const { tid = home, issuer = `${authorityUrl}/${tid}/v2.0`, expires = seconds + hour, key = 0 } = options;
  const { privateKey } = (await keyPairs)[key];
  return new SignJWT({ tid, oid: ada, roles: ['Rolecall.Operate'], azp: 'client', ...options.claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuer(issuer)
    .setAudience(options.audience ?? audience)
    .setExpirationTime(expires)
    .sign(privateKey);
}

describe('createTokenCheck', () => {
  it('takes a token of the tenant, and says who calls with which roles', async () => {
    expect(await check(`Bearer ${await token()}`)).toEqual({
      principalId: ada,
      label: `app client (${ada})`,
      roles: new Set(['Rolecall.Operate']),
    });
  });

  it('names a person by the user name', async () => {
    const claims = { oid: eve.toUpperCase(), preferred_username: 'eve@contoso.example', roles: undefined };
    expect(await check(`bearer ${await token({ claims })}`)).toEqual({
      principalId: eve,
      label: `eve@contoso.example (${eve})`,
      roles: new Set(),
    });
  });

  it.each([
    ['None', {}],
    ['SecurityGroup', { groups: [ada, eve] }],
    ['ApplicationGroup', { groups: ['Rolecall.Configure'] }],
    ['All', { wids: [eve], hasgroups: true, _claim_names: { groups: 'src1' } }],
  ])('looks at no group claim, as groupMembershipClaims %s brings them (P3)', async (_setting, claims) => {
    expect(await check(`Bearer ${await token({ claims })}`)).toEqual(await check(`Bearer ${await token()}`));
  });

  it("takes an operator's token of another tenant, for the tenant that lists the operator only", async () => {
    const third = '99999999-0000-4000-8000-000000000000';
    const foreign = `Bearer ${await token({ tid: third })}`;
    expect(await check(foreign, home)).toMatchObject({ principalId: ada });
    expect(await check(foreign, other)).toBeUndefined();
  });

  it.each<[string, Token]>([
    ['of another tenant by nobody listed', { tid: other, claims: { oid: eve } }],
    ['for another audience', { audience: 'https://graph.microsoft.com' }],
    ['of another issuer', { issuer: 'https://login.evil.example/x/v2.0' }],
    ["with another tenant's issuer", { issuer: `${authorityUrl}/${other}/v2.0` }],
    ['of version 1', { issuer: `https://sts.windows.net/${home}/` }],
    ['that has expired', { expires: seconds - hour }],
    ['signed with another key', { key: 1 }],
    ['without object id', { claims: { oid: undefined } }],
    ['with roles of a wrong shape', { claims: { roles: 'Rolecall.Operate' } }],
  ])('refuses a token %s', async (_case, options) => {
    expect(await check(`Bearer ${await token(options)}`)).toBeUndefined();
  });

  it.each([
    ['no header', null],
    ['an empty header', ''],
    ['another scheme', 'Basic YTpi'],
    ['no token', 'Bearer '],
    ['something that is no token', 'Bearer abc'],
    ['an unsigned token', `Bearer ${unsigned()}`],
  ])('refuses %s', async (_case, authorization) => {
    expect(await check(authorization)).toBeUndefined();
  });

  it('refuses any token for a tenant that is not served', async () => {
    expect(await check(`Bearer ${await token()}`, eve)).toBeUndefined();
  });

  it('says that the keys are out of reach instead of blaming the token', async () => {
    const keysOf = () => createRemoteJWKSet(new URL('http://127.0.0.1:1/keys'));
    const unreachable = createTokenCheck({
      authorityUrl,
      audience,
      tenants: [{ tenantId: home, operators: [] }],
      now: () => now,
      keysOf,
    });
    await expect(unreachable(`Bearer ${await token()}`, home)).rejects.toBeInstanceOf(UnavailableError);
  });
});

function unsigned(): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: `${authorityUrl}/${home}/v2.0`, aud: audience, tid: home, oid: ada, exp: seconds + hour };
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
