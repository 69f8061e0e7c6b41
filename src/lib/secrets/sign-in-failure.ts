import { z } from 'zod';
import { AccessDeniedError, UnavailableError, type RolecallError } from '../errors.ts';

/** What Entra ID's token endpoint said: the OAuth error, which is contractual, and its AADSTS number, which is a hint. */
export interface SignInRefusal {
  readonly error: string;
  readonly number: number | undefined;
}

/** Who signs in; goes into the sentence for the operator. */
export interface SignInSubject {
  readonly tenantId: string;
  readonly clientId: string;
  /** `secret '…' in https://…` or whatever the credential is. */
  readonly credential: string;
  /** True when the refused secret has the shape of a GUID, as a secret's id has (A26). */
  readonly looksLikeId: boolean;
}

const codeNumber = z.coerce.number().optional().catch(undefined);
/** MSAL's error, which `@azure/identity` keeps as cause. */
const msalSchema = z.object({ errorCode: z.string(), errorNo: codeNumber, status: z.number().optional() });
/** `AuthenticationError` of `@azure/identity`. */
const identitySchema = z.object({
  statusCode: z.number(),
  errorResponse: z.object({ error: z.string(), errorCodes: z.array(z.number()).optional() }),
});

/** OAuth errors that are a person's to mend (RFC 6749, 5.2; Microsoft identity platform). Anything else may pass by itself. */
const REFUSALS: ReadonlySet<string> = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_request',
  'invalid_grant',
  'invalid_scope',
  'invalid_resource',
  'access_denied',
]);

/** The refusal behind an error of `@azure/identity`; undefined when the sign-in only could not be reached. */
export function refusalOf(thrown: unknown): SignInRefusal | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    const msal = msalSchema.safeParse(error).data;
    if (msal && REFUSALS.has(msal.errorCode)) return { error: msal.errorCode, number: msal.errorNo };
    const identity = identitySchema.safeParse(error).data?.errorResponse;
    if (identity && REFUSALS.has(identity.error)) return { error: identity.error, number: identity.errorCodes?.[0] };
  }
  return undefined;
}

/**
 * The error that says what to do about a failed sign-in. The library's error is not kept as cause: its text quotes Entra ID's
 * answer.
 */
export function signInFailure(thrown: unknown, subject: SignInSubject): RolecallError {
  const refusal = refusalOf(thrown);
  if (refusal !== undefined) return new AccessDeniedError(`${sentence(refusal, subject)} (${codeOf(refusal)})`);
  return new UnavailableError(
    `Entra ID gave no token for the app ${subject.clientId}: it could not be reached, or there is no tenant ${subject.tenantId}.`,
  );
}

function codeOf({ error, number }: SignInRefusal): string {
  return number === undefined ? error : `${error}, AADSTS${number}`;
}

/** Sentences for the numbers an operator meets (Microsoft Entra authentication and authorization error codes). */
function sentence({ error, number }: SignInRefusal, subject: SignInSubject): string {
  const { tenantId, clientId, credential, looksLikeId } = subject;
  switch (number) {
    case 7000215:
      return looksLikeId
        ? `The ${credential} was refused for the app ${clientId}: this looks like the secret's id; its value is needed.`
        : `The ${credential} is not a secret of the app ${clientId}: it is wrong, deleted, or belongs to another app.`;
    case 7000222:
      return `The ${credential} of the app ${clientId} has expired: create a new one and put its value into the vault.`;
    case 700016:
      return `The tenant ${tenantId} has no app ${clientId}: the client id or the tenant id is wrong.`;
    case 90002:
      return `There is no tenant ${tenantId}: the tenant id is wrong.`;
    case 700027:
      return `The ${credential} is not registered on the app ${clientId}, or its assertion was not valid.`;
    case 70021:
      return `The app ${clientId} has no federated credential that matches the managed identity's issuer, subject and audience.`;
    default:
      return error === 'invalid_client'
        ? `The ${credential} was refused for the app ${clientId}.`
        : `Entra ID refused to sign in the app ${clientId} of the tenant ${tenantId}.`;
  }
}
