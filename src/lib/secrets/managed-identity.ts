import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';
import { withinTime } from '../time-limit.ts';

const LIMIT_MS = 10_000;

/**
 * The function app's managed identity: user-assigned when a client id is given, else system-assigned. Retries are the
 * queue's, so one repeat of a failed call is enough here. The library sets no time limit and heeds no signal: a silent endpoint
 * is NoAnswerError after `limitMilliseconds`.
 */
export function createManagedIdentity(clientId?: string, limitMilliseconds = LIMIT_MS): TokenCredential {
  const retryOptions = { maxRetries: 1 };
  const credential = new ManagedIdentityCredential(
    clientId === undefined ? { retryOptions } : { clientId, retryOptions },
  );
  const late = `The managed identity gave no token in ${limitMilliseconds / 1000} seconds: its endpoint keeps silent.`;
  return {
    getToken: (scopes, options) => withinTime(limitMilliseconds, late, () => credential.getToken(scopes, options)),
  };
}
