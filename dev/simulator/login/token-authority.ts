import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { errors, exportJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { z } from 'zod';
import type { World } from '../world/world.ts';
import { AccessToken } from './access-token.ts';

const claimsSchema = z.object({
  tid: z.string(),
  appid: z.string(),
  oid: z.string(),
  aud: z.string(),
  exp: z.number(),
  roles: z.array(z.string()).default([]),
});

type Claims = z.infer<typeof claimsSchema>;

/** What goes into an access token. */
export interface TokenSpec {
  tenantId: string;
  clientId: string;
  principalId: string;
  audience: string;
  roles: readonly string[];
  /** Issuer version: 2 is `…/v2.0` with `azp`, 1 (resources of Microsoft's own) is `https://sts.windows.net/…`. */
  version?: 1 | 2;
}

/** Signs and verifies the tokens of all simulated tenants with one RS256 key made at start. */
export class TokenAuthority {
  readonly #world: World;
  readonly #baseUrl: () => string;
  readonly #keyId = randomUUID();
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  /** Verified tokens, so that a busy client costs one signature check per token. */
  readonly #verified = new Map<string, Claims>();

  constructor(world: World, baseUrl: () => string) {
    this.#world = world;
    this.#baseUrl = baseUrl;
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#privateKey = pair.privateKey;
    this.#publicKey = pair.publicKey;
  }

  /** The published signing key. */
  async jwk(): Promise<JWK> {
    return { ...(await exportJWK(this.#publicKey)), kid: this.#keyId, use: 'sig', alg: 'RS256' };
  }

  issuer(tenantId: string): string {
    return `${this.#baseUrl()}/${tenantId}/v2.0`;
  }

  /** Signs an access token that lives as long as the settings say. */
  async sign(spec: TokenSpec): Promise<{ token: string; expiresIn: number; expiresOn: number }> {
    const expiresIn = this.#world.control.settings.tokenLifetimeSeconds;
    const now = Math.floor(this.#world.clock.now() / 1000);
    const version = spec.version ?? 2;
    const issuer = version === 2 ? this.issuer(spec.tenantId) : `https://sts.windows.net/${spec.tenantId}/`;
    const token = await new SignJWT({
      tid: spec.tenantId,
      oid: spec.principalId,
      appid: spec.clientId,
      azp: spec.clientId,
      idtyp: 'app',
      roles: [...spec.roles],
      ver: `${version}.0`,
      uti: randomUUID(),
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.#keyId })
      .setIssuer(issuer)
      .setAudience(spec.audience)
      .setSubject(spec.principalId)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + expiresIn)
      .sign(this.#privateKey);
    this.#world.control.counters.tokensIssued += 1;
    return { token, expiresIn, expiresOn: now + expiresIn };
  }

  /** The token's content, or the sentence that says why it is refused. */
  async verify(token: string, audiences: readonly string[]): Promise<AccessToken | string> {
    const claims = this.#verified.get(token) ?? (await this.#check(token));
    if (typeof claims === 'string') return claims;
    if (claims.exp * 1000 <= this.#world.clock.now()) {
      this.#verified.delete(token);
      return 'Access token has expired or is not yet valid.';
    }
    this.#verified.set(token, claims);
    return audiences.includes(claims.aud)
      ? new AccessToken(claims)
      : 'Access token validation failure. Invalid audience.';
  }

  async #check(token: string): Promise<Claims | string> {
    try {
      const currentDate = new Date(this.#world.clock.now());
      const { payload } = await jwtVerify(token, this.#publicKey, { algorithms: ['RS256'], currentDate });
      return claimsSchema.parse(payload);
    } catch (error) {
      const expired = error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed;
      return expired ? 'Access token has expired or is not yet valid.' : 'CompactToken parsing failed.';
    }
  }
}
