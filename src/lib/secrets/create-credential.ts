import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  type AccessToken,
  type ClientSecretCredentialOptions,
  type TokenCredential,
} from '@azure/identity';
import { AccessDeniedError, InvalidInputError, RolecallError, UnavailableError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { createCachedSecret, type CachedSecret } from './cached-secret.ts';
import { refusalOf, signInFailure } from './sign-in-failure.ts';
import type { SecretValue, Vault } from './vault.ts';

/** Which credential a tenant is signed in to with: configured, never guessed. */
export interface CredentialSettings {
  readonly tenantId: string;
  readonly credential: 'secret' | 'certificate' | 'federated' | 'managedIdentity';
  /** Client id of the app registration; not needed for `managedIdentity`. */
  readonly clientId?: string | undefined;
  /** Name of the vault's secret: the client secret's value, or a certificate with its private key in PEM. */
  readonly secretName?: string | undefined;
}

/** What the credentials are made of. */
export interface CredentialParts {
  /** The function app's managed identity. */
  readonly identity: TokenCredential;
  /** The vault of `secretName`; kinds without a secret need none. */
  readonly vault?: Vault | undefined;
  readonly authorityUrl: string;
  /** A local profile: the authority is a simulator, which Microsoft's instance discovery does not know. */
  readonly isLocal: boolean;
  readonly clock: Clock;
  /** Limit of one request to Entra ID; 20 seconds if absent. */
  readonly timeoutMilliseconds?: number;
}

/** Where Entra ID expects the assertions of federated credentials (workload identity federation). */
const TOKEN_EXCHANGE = 'api://AzureADTokenExchange/.default';

/**
 * The credential of a tenant. There is no fallback from one kind to another. Each token is asked for anew, so whoever uses it
 * keeps the token (directory/graph-tokens.ts). Failures are AccessDeniedError or UnavailableError.
 */
export function createCredential(settings: CredentialSettings, parts: CredentialParts): TokenCredential {
  switch (settings.credential) {
    case 'secret':
      return fromVault(settings, parts, (app, secret) => {
        const { tenantId, clientId } = app;
        return new ClientSecretCredential(tenantId, clientId, secret, authorityOf(parts));
      });
    case 'certificate':
      return fromVault(settings, parts, (app, certificate) => {
        const { tenantId, clientId } = app;
        return new ClientCertificateCredential(tenantId, clientId, { certificate }, authorityOf(parts));
      });
    case 'federated':
      return federated(appOf(settings), parts);
    case 'managedIdentity':
      return managedIdentity(parts);
  }
}

interface App {
  readonly tenantId: string;
  readonly clientId: string;
}

function appOf({ tenantId, clientId, credential }: CredentialSettings): App {
  if (clientId === undefined) throw new InvalidInputError(`The credential '${credential}' needs a client id.`);
  return { tenantId, clientId };
}

/**
 * The queue repeats what fails, and a token lives an hour: one retry more here would only hold up a worker. The library sets no
 * time limit and heeds no signal, so the limit goes into its requests: a silent one would keep its connection for ever.
 */
function authorityOf(parts: CredentialParts): ClientSecretCredentialOptions {
  const { authorityUrl, isLocal, timeoutMilliseconds = 20_000 } = parts;
  return {
    authorityHost: authorityUrl,
    disableInstanceDiscovery: isLocal,
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [
      {
        position: 'perRetry',
        policy: {
          name: 'requestTimeoutPolicy',
          sendRequest: (request, next) => {
            request.timeout = timeoutMilliseconds;
            return next(request);
          },
        },
      },
    ],
  };
}

/**
 * A secret or certificate out of the vault. One that Entra ID refuses is read again once, so a new version in the vault is the
 * whole rotation; a version that is ahead of Entra ID's replicas falls back to the one accepted last.
 */
function fromVault(
  settings: CredentialSettings,
  parts: CredentialParts,
  connect: (app: App, secret: string) => TokenCredential,
): TokenCredential {
  const { vault, clock } = parts;
  const { secretName, credential } = settings;
  const app = appOf(settings);
  if (vault === undefined || secretName === undefined) {
    throw new InvalidInputError(`The credential '${credential}' needs a vault and the name of a secret in it.`);
  }
  const cached = createCachedSecret(vault, secretName, clock);
  const described = `${credential} '${secretName}' in ${vault.url}`;
  let accepted: SecretValue | undefined;

  return {
    async getToken(scopes, options) {
      let refusal: unknown;
      for await (const secret of candidates(cached, () => accepted)) {
        try {
          // MSAL keeps tokens by the machine's clock and has no way to forget one: a new object asks anew.
          const token = await connect(app, secret.value).getToken(scopes, options);
          accepted = secret;
          return token;
        } catch (error) {
          refusal = signInFailure(error, { ...app, credential: described, looksLikeId: isGuid(secret.value) });
          if (refusalOf(error)?.error !== 'invalid_client') throw refusal;
        }
      }
      throw refusal;
    },
  };
}

/** What to try, in order, as long as each is refused: the kept version, a newer one, the one that was accepted last. */
async function* candidates(
  cached: CachedSecret,
  accepted: () => SecretValue | undefined,
): AsyncGenerator<SecretValue, void, undefined> {
  const first = await cached.get();
  yield first;
  const second = await cached.replacementFor(first);
  if (second !== undefined) yield second;
  const last = accepted();
  if (last !== undefined && last.value !== first.value && last.value !== second?.value) yield last;
}

function isGuid(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value.trim());
}

/** The managed identity's token is the assertion (Entra, "Configure an application to trust a managed identity"). */
function federated(app: App, parts: CredentialParts): TokenCredential {
  const identity = managedIdentity(parts);
  const assertion = async (): Promise<string> => (await tokenOf(identity, TOKEN_EXCHANGE)).token;
  return {
    async getToken(scopes, options) {
      // Asked for first, because the library would wrap a failure in there beyond recognition.
      const jwt = await assertion();
      try {
        const credential = new ClientAssertionCredential(
          app.tenantId,
          app.clientId,
          () => Promise.resolve(jwt),
          authorityOf(parts),
        );
        return await credential.getToken(scopes, options);
      } catch (error) {
        throw signInFailure(error, { ...app, credential: "managed identity's assertion", looksLikeId: false });
      }
    },
  };
}

async function tokenOf(credential: TokenCredential, scope: string): Promise<AccessToken> {
  const token = await credential.getToken(scope);
  if (token === null) throw new UnavailableError('The managed identity gave no token.');
  return token;
}

/** The managed identity itself. The platform caches its tokens, so a new permission takes until the present one expires. */
function managedIdentity({ identity }: CredentialParts): TokenCredential {
  return {
    async getToken(scopes, options) {
      try {
        return await identity.getToken(scopes, options);
      } catch (error) {
        if (error instanceof RolecallError) throw error;
        const refusal = refusalOf(error);
        if (refusal !== undefined) {
          throw new AccessDeniedError(`The managed identity was refused a token (${refusal.error}).`);
        }
        throw new UnavailableError(
          'The managed identity gave no token: there is none, or its endpoint is not reachable.',
        );
      }
    },
  };
}
