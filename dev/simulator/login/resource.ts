import { GRAPH_APP_ID, type AppRegistration } from '../world/app-registration.ts';
import type { Tenant } from '../world/tenant.ts';

/** The resource a token is asked for. */
export interface Resource {
  audience: string;
  /** App roles the caller holds there, for the `roles` claim. */
  roles: readonly string[];
  version: 1 | 2;
}

/** Resources of Microsoft's own take any app and know no app roles here; their tokens keep the v1 form. */
const PLATFORM_RESOURCES = ['https://vault.azure.net', 'https://storage.azure.com', 'api://AzureADTokenExchange'];

/** Finds the resource of a scope or of the identity endpoint's `resource`; undefined when the tenant has no such one. */
export function findResource(tenant: Tenant, app: AppRegistration, name: string): Resource | undefined {
  const resource = name.replace(/\/+$/, '');
  if (resource === 'https://graph.microsoft.com' || resource === GRAPH_APP_ID) {
    return { audience: 'https://graph.microsoft.com', roles: rolesOn(app, GRAPH_APP_ID), version: 1 };
  }
  if (PLATFORM_RESOURCES.includes(resource)) {
    // The federated exchange compares the issuer with the tenant's v2 issuer.
    return { audience: resource, roles: [], version: resource.startsWith('api:') ? 2 : 1 };
  }
  const target = [...tenant.apps.values()].find(
    (one) => one.clientId === resource.toLowerCase() || one.identifierUris.includes(resource),
  );
  // A v2 token names the resource by its client id, whichever name it was asked by.
  return target && { audience: target.clientId, roles: rolesOn(app, target.clientId), version: 2 };
}

function rolesOn(app: AppRegistration, resourceAppId: string): readonly string[] {
  const held = app.grants.filter((grant) => grant.resourceAppId === resourceAppId && grant.revokedDateTime === null);
  return [...new Set(held.map((grant) => grant.role))];
}
