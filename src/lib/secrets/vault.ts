import type { TokenCredential } from '@azure/identity';
import { SecretClient, type KeyVaultSecret } from '@azure/keyvault-secrets';
import { z } from 'zod';
import { AccessDeniedError, IncompleteReadingError, UnavailableError, type RolecallError } from '../errors.ts';
import { withinTime } from '../time-limit.ts';

const LIMIT_MS = 10_000;

/** The version of a secret that is in force, without its value. */
export interface SecretVersion {
  readonly name: string;
  /** Key Vault's id of the version. */
  readonly version: string;
  /** A copy of the expiry that somebody has to set; Key Vault serves expired secrets all the same. */
  readonly expiresOn?: Date;
  /** What the version says of itself, if anything: its content type. */
  readonly description?: string;
}

/** A version with its value. It is never logged, stored or put into an error (promise 9). */
export interface SecretValue {
  readonly version: string;
  readonly value: string;
}

/** One Key Vault, reached with the app's managed identity. Failures are AccessDeniedError or UnavailableError. */
export interface Vault {
  readonly url: string;
  read(name: string): Promise<SecretValue>;
  describe(name: string): Promise<SecretVersion>;
}

/** How a vault is reached. */
export interface VaultParts {
  readonly url: string;
  readonly identity: TokenCredential;
  /** A local profile: the vault is a simulator, whose host is not under `vault.azure.net`. */
  readonly isLocal: boolean;
  /** Limit of one call with its sign-in; 10 seconds if absent. */
  readonly timeoutMilliseconds?: number;
}

/** Keep one per vault and process: each new client pays a 401 challenge before its first call (observed). */
export function createVault({ url, identity, isLocal, timeoutMilliseconds = LIMIT_MS }: VaultParts): Vault {
  const client = new SecretClient(url, identity, {
    disableChallengeResourceVerification: isLocal,
    // The queue repeats what fails; the SDK would wait for any Retry-After, however long, and hold up a worker.
    retryOptions: { maxRetries: 0 },
  });
  const ask = async (name: string, abortSignal: AbortSignal): Promise<KeyVaultSecret> => {
    try {
      return await client.getSecret(name, { abortSignal });
    } catch (error) {
      throw vaultFailure(error, url, name);
    }
  };
  const get = (name: string): Promise<KeyVaultSecret> => {
    const late = `The vault ${url} gave no answer in ${timeoutMilliseconds / 1000} seconds for the secret '${name}'.`;
    return withinTime(timeoutMilliseconds, late, (signal) => ask(name, signal));
  };
  return {
    url,
    async read(name) {
      const { value, properties } = await get(name);
      if (value === undefined || value === '')
        throw new IncompleteReadingError(`The secret '${name}' in ${url} is empty.`);
      return { value, version: properties.version ?? '' };
    },
    async describe(name) {
      const { version, expiresOn, contentType } = (await get(name)).properties;
      return {
        name,
        version: version ?? '',
        ...(expiresOn === undefined ? {} : { expiresOn }),
        ...(contentType === undefined || contentType === '' ? {} : { description: contentType }),
      };
    },
  };
}

const answeredSchema = z.object({ statusCode: z.number() });

/** Says what to do. The SDK's error is not kept as cause: its message may quote an answer. */
function vaultFailure(error: unknown, url: string, name: string): RolecallError {
  const status = answeredSchema.safeParse(error).data?.statusCode;
  if (status === 404) return new AccessDeniedError(`The vault ${url} has no secret '${name}'.`);
  if (status === 403) {
    return new AccessDeniedError(
      `The vault ${url} refuses to give the secret '${name}': the managed identity needs the role Key Vault Secrets User there, ` +
        'and the newest version must be enabled.',
    );
  }
  if (status === 401) return new AccessDeniedError(`The vault ${url} does not accept the managed identity's token.`);
  if (status !== undefined)
    return new UnavailableError(`The vault ${url} answered ${status} for the secret '${name}'.`);
  return new UnavailableError(`The vault ${url} is not reachable, or the managed identity got no token for it.`);
}
