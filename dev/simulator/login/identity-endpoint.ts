import type { HttpReply, HttpRequest } from '../http-message.ts';
import type { AppRegistration } from '../world/app-registration.ts';
import type { Tenant } from '../world/tenant.ts';
import type { World } from '../world/world.ts';
import { findResource } from './resource.ts';
import type { TokenAuthority } from './token-authority.ts';

/** The value of `IDENTITY_HEADER`: a call without it comes from outside the app and is refused. */
export const IDENTITY_HEADER = 'simulated-identity-header';

/**
 * Answers App Service's managed identity endpoint (Azure App Service, "REST endpoint reference" of managed identities,
 * api-version 2019-08-01): `client_id` picks a user-assigned identity, without it the first managed identity answers.
 */
export async function answerIdentityCall(
  world: World,
  authority: TokenAuthority,
  request: HttpRequest,
): Promise<HttpReply> {
  if (request.headers['x-identity-header'] !== IDENTITY_HEADER)
    return refusal(401, 'The X-IDENTITY-HEADER is missing or wrong.');
  if (request.query.get('api-version') !== '2019-08-01') return refusal(400, 'The api-version is not supported.');
  const found = findIdentity(world, request.query.get('client_id') ?? undefined);
  if (found === undefined) return refusal(400, 'No managed identity was found.');
  const name = request.query.get('resource') ?? '';
  const resource = findResource(found.tenant, found.app, name);
  if (resource === undefined) return refusal(400, `The resource ${name} was not found in the tenant.`);
  const { token, expiresOn } = await authority.sign({
    tenantId: found.tenant.id,
    clientId: found.app.clientId,
    principalId: found.app.servicePrincipalId,
    ...resource,
  });
  const body = { access_token: token, expires_on: String(expiresOn), resource: name, token_type: 'Bearer' };
  return { status: 200, body: { ...body, client_id: found.app.clientId } };
}

function findIdentity(
  world: World,
  clientId: string | undefined,
): { tenant: Tenant; app: AppRegistration } | undefined {
  for (const tenant of world.tenants.values()) {
    for (const app of tenant.apps.values()) {
      if (app.isManagedIdentity && (clientId === undefined || app.clientId === clientId.toLowerCase())) {
        return { tenant, app };
      }
    }
  }
  return undefined;
}

function refusal(status: number, message: string): HttpReply {
  return { status, body: { statusCode: status, message } };
}
