import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { TenantSettings } from '../config.ts';
import { UnavailableError } from '../errors.ts';

/** App roles of Rolecall's own app registration. */
export type AppRole = 'Rolecall.Read' | 'Rolecall.Operate' | 'Rolecall.Configure';

/** Who calls, by a token that is good for the tenant that was asked for. */
export interface Caller {
  /** Object id of the user or service principal. */
  readonly principalId: string;
  /** For audit entries: the user's name or the app's id, and the object id. */
  readonly label: string;
  readonly roles: ReadonlySet<string>;
}

/**
 * Checks the `Authorization` header of a call for one tenant. Undefined: no token, a bad one, or none for this tenant; which
 * of them is nobody's business. Throws UnavailableError when the authority's signing keys can't be read.
 */
export type CheckToken = (authorization: string | null, tenantId: string) => Promise<Caller | undefined>;

/** What tokens are checked against. */
export interface TokenRules {
  readonly authorityUrl: string;
  readonly audience: string;
  readonly tenants: readonly Pick<TenantSettings, 'tenantId' | 'operators'>[];
  readonly now: () => Date;
  /** Signing keys as a tenant publishes them. */
  readonly keysOf?: (tenantId: string) => JWTVerifyGetKey;
}

const claimsSchema = z.object({
  tid: z.guid().toLowerCase(),
  oid: z.guid().toLowerCase(),
  roles: z.array(z.string()).default([]),
  preferred_username: z.string().optional(),
  azp: z.string().optional(),
});

/**
 * Access tokens of the Microsoft identity platform, version 2.0 ("Access tokens in the Microsoft identity platform"). The
 * issuer is that of the token's own tenant; the keys are read from the tenant asked for, so that no caller can choose whom
 * we ask. All tenants of a cloud publish the same keys.
 */
export function createTokenCheck(rules: TokenRules): CheckToken {
  const { authorityUrl, tenants } = rules;
  const remoteKeys = (tenantId: string) =>
    createRemoteJWKSet(new URL(`${authorityUrl}/${tenantId}/discovery/v2.0/keys`));
  const keysOf = rules.keysOf ?? remoteKeys;
  const known = new Map(tenants.map((tenant) => [tenant.tenantId, { ...tenant, keys: keysOf(tenant.tenantId) }]));

  return async (authorization, tenantId) => {
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
    const tenant = known.get(tenantId);
    if (token === undefined || tenant === undefined) return undefined;
    const payload = await verified(token, tenant.keys, rules);
    const claims = claimsSchema.safeParse(payload).data;
    if (claims === undefined || payload?.iss !== `${authorityUrl}/${claims.tid}/v2.0`) return undefined;
    if (claims.tid !== tenantId && !tenant.operators.includes(claims.oid)) return undefined;
    const name = claims.preferred_username ?? (claims.azp === undefined ? 'unknown' : `app ${claims.azp}`);
    return { principalId: claims.oid, label: `${name} (${claims.oid})`, roles: new Set(claims.roles) };
  };
}

async function verified(token: string, keys: JWTVerifyGetKey, { audience, now }: TokenRules) {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['RS256'],
      audience,
      requiredClaims: ['exp', 'iss'],
      clockTolerance: 60,
      currentDate: now(),
    });
    return payload;
  } catch (error) {
    if (isTokensFault(error)) return undefined;
    throw new UnavailableError('The signing keys of the authority can not be read.', { cause: error });
  }
}

/** Tells a bad token from keys that are out of reach. */
function isTokensFault(error: unknown): boolean {
  return [
    errors.JWTClaimValidationFailed,
    errors.JWTExpired,
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
  ].some((fault) => error instanceof fault);
}
