import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';

/**
 * The function app's managed identity: user-assigned when a client id is given, else system-assigned. Retries are the
 * queue's, so one repeat of a failed call is enough here.
 */
export function createManagedIdentity(clientId?: string): TokenCredential {
  const retryOptions = { maxRetries: 1 };
  return new ManagedIdentityCredential(clientId === undefined ? { retryOptions } : { clientId, retryOptions });
}
