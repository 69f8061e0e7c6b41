import { timingSafeEqual } from 'node:crypto';
import type { HttpReply } from '../http-message.ts';
import type { AppRegistration } from '../world/app-registration.ts';
import type { World } from '../world/world.ts';
import { refuseAssertion } from './client-assertion.ts';
import { loginErrorReply, loginFailures, type LoginFailure } from './login-error.ts';
import { findResource } from './resource.ts';
import type { TokenAuthority } from './token-authority.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A call on `POST /{tenant}/oauth2/v2.0/token`. */
export interface TokenCall {
  world: World;
  authority: TokenAuthority;
  tenantId: string;
  form: URLSearchParams;
  /** `https://localhost:PORT`, for the audience of assertions. */
  baseUrl: string;
}

/** Answers the client credentials grant: a secret or a client assertion against an app-only token. */
export async function answerTokenCall(call: TokenCall): Promise<HttpReply> {
  const outcome = await issue(call);
  return 'code' in outcome ? loginErrorReply(outcome, call.world.clock.now()) : outcome;
}

async function issue({ world, authority, tenantId, form, baseUrl }: TokenCall): Promise<HttpReply | LoginFailure> {
  const tenant = world.findTenant(tenantId);
  if (tenant === undefined) return loginFailures.unknownTenant(tenantId);
  if (form.get('grant_type') !== 'client_credentials') return loginFailures.wrongGrant();
  const clientId = form.get('client_id');
  if (clientId === null) return loginFailures.missing('client_id');
  const app = tenant.apps.get(clientId.toLowerCase());
  if (app === undefined || app.isManagedIdentity) return loginFailures.unknownClient(clientId, tenant.displayName);
  const audiences = [`${baseUrl}/${tenantId}/oauth2/v2.0/token`, `${baseUrl}/${tenantId}/v2.0`];
  const refused = await refuseCredential({ app, form, audiences, authority, now: world.clock.now() });
  if (refused !== undefined) return refused;
  const name = form.get('scope')?.replace(/\/\.default$/, '') ?? '';
  const resource = findResource(tenant, app, name);
  if (resource === undefined) return loginFailures.unknownResource(name, tenant.displayName);
  const { token, expiresIn } = await authority.sign({
    tenantId: tenant.id,
    clientId: app.clientId,
    principalId: app.servicePrincipalId,
    ...resource,
  });
  const body = { token_type: 'Bearer', expires_in: expiresIn, ext_expires_in: expiresIn, access_token: token };
  return { status: 200, headers: { 'Cache-Control': 'no-store, no-cache' }, body };
}

interface CredentialCheck {
  app: AppRegistration;
  form: URLSearchParams;
  audiences: string[];
  authority: TokenAuthority;
  now: number;
}

async function refuseCredential({ form, ...check }: CredentialCheck): Promise<LoginFailure | undefined> {
  const assertion = form.get('client_assertion');
  if (assertion !== null && form.get('client_assertion_type') === ASSERTION_TYPE) {
    return refuseAssertion({ ...check, assertion });
  }
  const secret = form.get('client_secret');
  return secret === null ? loginFailures.missing('client_secret') : refuseSecret(check.app, secret, check.now);
}

function refuseSecret(app: AppRegistration, value: string, now: number): LoginFailure | undefined {
  const known = app.secrets.filter((secret) => same(secret.value, value));
  if (known.some((secret) => Date.parse(secret.startDateTime) <= now && now < Date.parse(secret.endDateTime))) {
    return undefined;
  }
  const expired = known.some((secret) => Date.parse(secret.endDateTime) <= now);
  return expired ? loginFailures.expiredSecret(app.clientId) : loginFailures.wrongSecret(app.clientId);
}

function same(stored: string, given: string): boolean {
  const left = Buffer.from(stored);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
