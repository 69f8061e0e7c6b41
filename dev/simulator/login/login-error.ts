import { randomUUID } from 'node:crypto';
import type { HttpReply } from '../http-message.ts';

/** A failure of the token endpoint (Microsoft identity platform, "Error codes"). */
export interface LoginFailure {
  status: number;
  error: string;
  code: number;
  text: string;
}

export const loginFailures = {
  wrongSecret: (clientId: string): LoginFailure => ({
    status: 401,
    error: 'invalid_client',
    code: 7000215,
    text: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  }),
  expiredSecret: (clientId: string): LoginFailure => ({
    status: 401,
    error: 'invalid_client',
    code: 7000222,
    text: `The provided client secret keys for app '${clientId}' are expired. Create new keys for the app.`,
  }),
  unknownClient: (clientId: string, tenantName: string): LoginFailure => ({
    status: 400,
    error: 'unauthorized_client',
    code: 700016,
    text: `Application with identifier '${clientId}' was not found in the directory '${tenantName}'.`,
  }),
  unknownTenant: (tenantId: string): LoginFailure => ({
    status: 400,
    error: 'invalid_request',
    code: 90002,
    text: `Tenant '${tenantId}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  }),
  unknownResource: (resource: string, tenantName: string): LoginFailure => ({
    status: 400,
    error: 'invalid_resource',
    code: 500011,
    text: `The resource principal named ${resource} was not found in the tenant named ${tenantName}.`,
  }),
  wrongGrant: (): LoginFailure => ({
    status: 400,
    error: 'unsupported_grant_type',
    code: 70003,
    text: 'The app requested an unsupported grant type.',
  }),
  missing: (parameter: string): LoginFailure => ({
    status: 400,
    error: 'invalid_request',
    code: 900144,
    text: `The request body must contain the following parameter: '${parameter}'.`,
  }),
  badAssertion: (reason: string): LoginFailure => ({
    status: 401,
    error: 'invalid_client',
    code: 700027,
    text: `The certificate with identifier used to sign the client assertion is not registered on application, or the assertion is not valid. ${reason}`,
  }),
  assertionTime: (): LoginFailure => ({
    status: 401,
    error: 'invalid_client',
    code: 700024,
    text: 'Client assertion is not within its valid time range.',
  }),
  noFederatedCredential: (): LoginFailure => ({
    status: 401,
    error: 'invalid_client',
    code: 70021,
    text: 'No matching federated identity record found for presented assertion.',
  }),
} as const;

/** The OAuth error object on the wire, with the trace lines Entra adds to the description. */
export function loginErrorReply(failure: LoginFailure, now: number): HttpReply {
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const lines = [
    `AADSTS${failure.code}: ${failure.text}`,
    `Trace ID: ${traceId}`,
    `Correlation ID: ${correlationId}`,
    `Timestamp: ${timestamp}`,
  ];
  return {
    status: failure.status,
    body: {
      error: failure.error,
      error_description: lines.join('\r\n'),
      error_codes: [failure.code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${failure.code}`,
    },
  };
}
