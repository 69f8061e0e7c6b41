import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import { NoAnswerError, UnavailableError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { withinTime } from '../time-limit.ts';

const SCOPE = 'https://graph.microsoft.com/.default';
const LONGEST_MARGIN_MS = 5 * 60_000;
const FORBIDDEN_RENEWAL_INTERVAL_MS = 60_000;
/** The whole sign-in: a secret out of the vault, an assertion, and Entra ID's answer. */
const SIGN_IN_LIMIT_MS = 20_000;
/** After a silent sign-in nobody waits for the next one so long: waiting workers are missed by other tenants (promise 10). */
const SILENCE_MS = 30_000;

/** Access tokens for Graph, one at a time, kept until shortly before they expire. */
export interface GraphTokens {
  /** A token that is good now. Throws what the credential throws, and NoAnswerError when that says nothing in time. */
  get(): Promise<string>;
  /**
   * Forgets a token that Graph refused. True when a new one is worth a try: always after 401; after 403 once a minute, since
   * a new token helps only if a consent came after the old one.
   */
  drop(rejected: string, status: 401 | 403): boolean;
  /** The application permissions in the token: its `roles` claim. */
  permissions(): Promise<ReadonlySet<string>>;
}

interface KeptToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  readonly renewAt: number;
  readonly permissions: ReadonlySet<string>;
}

export function createGraphTokens(
  credential: TokenCredential,
  clock: Clock,
  limitMilliseconds = SIGN_IN_LIMIT_MS,
): GraphTokens {
  let kept: KeptToken | undefined;
  let pending: Promise<KeptToken> | undefined;
  let silence: { readonly error: NoAnswerError; readonly until: number } | undefined;
  let lastForbidden = Number.NEGATIVE_INFINITY;
  const now = () => clock.now().getTime();

  // Many workers start at once: they share one request.
  const renew = async (): Promise<KeptToken> => {
    if (silence !== undefined && now() < silence.until) throw silence.error;
    pending ??= obtain(credential, now, limitMilliseconds)
      .then((obtained) => (kept = obtained))
      .catch((error: unknown) => {
        if (error instanceof NoAnswerError) silence = { error, until: now() + SILENCE_MS };
        throw error;
      })
      .finally(() => (pending = undefined));
    return pending;
  };

  const current = async (): Promise<KeptToken> => {
    if (kept !== undefined && now() < kept.renewAt) return kept;
    const previous = kept;
    try {
      return await renew();
    } catch (error) {
      // Renewal starts early, so a short outage of the sign-in costs nothing.
      if (previous !== undefined && previous === kept && now() < previous.expires) return previous;
      throw error;
    }
  };

  return {
    get: async () => (await current()).token,
    permissions: async () => (await current()).permissions,
    drop(rejected, status) {
      if (kept !== undefined && kept.token !== rejected) return true;
      if (status === 403) {
        if (now() - lastForbidden < FORBIDDEN_RENEWAL_INTERVAL_MS) return false;
        lastForbidden = now();
      }
      kept = undefined;
      return true;
    },
  };
}

async function obtain(credential: TokenCredential, now: () => number, limitMilliseconds: number): Promise<KeptToken> {
  const late = `The sign-in for Microsoft Graph gave no answer in ${limitMilliseconds / 1000} seconds.`;
  const obtained = await withinTime(limitMilliseconds, late, (abortSignal) =>
    credential.getToken(SCOPE, { abortSignal }),
  );
  if (obtained === null) throw new UnavailableError('The credential gave no token for Microsoft Graph.');
  const claims = claimsOf(obtained.token);
  const expires = claims.exp === undefined ? obtained.expiresOnTimestamp : claims.exp * 1000;
  // A short-lived token (a test's, a nearly expired one of a managed identity) gets a margin in proportion.
  const margin = Math.min(LONGEST_MARGIN_MS, Math.max(0, expires - now()) / 4);
  return { token: obtained.token, expires, renewAt: expires - margin, permissions: new Set(claims.roles) };
}

const claimsSchema = z.object({ exp: z.number().optional(), roles: z.array(z.string()).default([]) });

/** Graph's tokens are officially opaque: one that cannot be read has no known expiry and no known permissions. */
function claimsOf(token: string): z.infer<typeof claimsSchema> {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  try {
    return claimsSchema.parse(JSON.parse(payload));
  } catch {
    return { roles: [] };
  }
}
