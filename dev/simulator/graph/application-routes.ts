import type { HttpReply } from '../http-message.ts';
import { GRAPH_APP_ID, type AppRegistration, type AppRoleGrant } from '../world/app-registration.ts';
import type { Tenant } from '../world/tenant.ts';
import { appRoleId, knownAppRoles } from './app-role-ids.ts';
import { notFound } from './graph-error.ts';
import { contextOf, pageReply } from './page.ts';
import { listObjects } from './list-objects.ts';
import { param } from './parse-body.ts';
import { project, selected, type Json } from './projection.ts';
import type { GraphContext, GraphRoute } from './route.ts';

const READ = [['Application.Read.All']];

/** An app registration; secrets show their first three characters only, as `hint`. */
function applicationOf(app: AppRegistration) {
  return {
    id: app.objectId,
    appId: app.clientId,
    displayName: app.displayName,
    groupMembershipClaims: app.groupMembershipClaims,
    identifierUris: app.identifierUris,
    signInAudience: 'AzureADMyOrg',
    passwordCredentials: app.secrets.map((secret) => ({
      customKeyIdentifier: null,
      displayName: secret.displayName,
      endDateTime: secret.endDateTime,
      hint: secret.value.slice(0, 3),
      keyId: secret.keyId,
      secretText: null,
      startDateTime: secret.startDateTime,
    })),
  };
}

function servicePrincipalOf(app: AppRegistration) {
  return {
    id: app.servicePrincipalId,
    appId: app.clientId,
    displayName: app.displayName,
    accountEnabled: true,
    appRoleAssignmentRequired: app.appRoleAssignmentRequired,
    appRoles: [] as { id: string; value: string }[],
    servicePrincipalType: 'Application',
  };
}

function graphServicePrincipal(tenant: Tenant): ReturnType<typeof servicePrincipalOf> {
  return {
    id: tenant.graphServicePrincipalId,
    appId: GRAPH_APP_ID,
    displayName: 'Microsoft Graph',
    accountEnabled: true,
    appRoleAssignmentRequired: false,
    appRoles: knownAppRoles,
    servicePrincipalType: 'Application',
  };
}

function applications({ tenant }: GraphContext) {
  return [...tenant.apps.values()].map(applicationOf);
}

function servicePrincipals({ tenant }: GraphContext) {
  return [graphServicePrincipal(tenant), ...[...tenant.apps.values()].map(servicePrincipalOf)];
}

interface Registered {
  id: string;
  appId: string;
  displayName: string;
}

function list(context: GraphContext, entitySet: string, objects: readonly Registered[]): HttpReply {
  return listObjects(context, {
    entitySet,
    ids: () => objects.map((object) => object.id),
    object: (id) => objects.find((object) => object.id === id),
    json: (object) => shown(context, object),
  });
}

function read(context: GraphContext, entitySet: string, objects: readonly Registered[]): HttpReply {
  const { id, appId } = context.params;
  const found = objects.find((object) => object.id === id?.toLowerCase() || object.appId === appId?.toLowerCase());
  if (found === undefined) throw notFound(id ?? appId ?? '');
  return {
    status: 200,
    body: { '@odata.context': `${contextOf(context, entitySet)}/$entity`, ...shown(context, found) },
  };
}

function shown(context: GraphContext, object: Registered): Json {
  const names = selected(context.query);
  return names === undefined ? { ...object } : project(object, names, 'application');
}

function appRoleAssignments(context: GraphContext): HttpReply {
  const principalId = param(context, 'id').toLowerCase();
  const app = [...context.tenant.apps.values()].find((one) => one.servicePrincipalId === principalId);
  if (app === undefined) throw notFound(principalId);
  const seen = new Map(app.grants.filter((grant) => isSeen(context, grant)).map((grant) => [grant.id, grant]));
  return pageReply(context, {
    entitySet: 'appRoleAssignments',
    ids: () => [...seen.keys()],
    item: (id) => {
      const grant = seen.get(id);
      return grant === undefined ? undefined : assignmentJson(context.tenant, app, grant);
    },
  });
}

/** Grants and revocations show late by the configured delay. */
function isSeen({ world, now }: GraphContext, grant: AppRoleGrant): boolean {
  const seenUpTo = now - world.control.settings.appRoleAssignmentDelaySeconds * 1000;
  const revoked = grant.revokedDateTime === null ? Number.POSITIVE_INFINITY : Date.parse(grant.revokedDateTime);
  return Date.parse(grant.createdDateTime) <= seenUpTo && revoked > seenUpTo;
}

function assignmentJson(tenant: Tenant, app: AppRegistration, grant: AppRoleGrant): Json {
  const resource = tenant.apps.get(grant.resourceAppId);
  return {
    id: grant.id,
    deletedDateTime: null,
    appRoleId: appRoleId(grant.role),
    createdDateTime: grant.createdDateTime,
    principalDisplayName: app.displayName,
    principalId: app.servicePrincipalId,
    principalType: 'ServicePrincipal',
    resourceDisplayName: resource?.displayName ?? 'Microsoft Graph',
    resourceId: resource?.servicePrincipalId ?? tenant.graphServicePrincipalId,
  };
}

function collection(
  name: string,
  units: number,
  objects: (context: GraphContext) => readonly Registered[],
): GraphRoute[] {
  const one = (context: GraphContext) => read(context, name, objects(context));
  return [
    {
      method: 'GET',
      path: `/${name}`,
      units: 2,
      allow: READ,
      handle: (context) => list(context, name, objects(context)),
    },
    { method: 'GET', path: `/${name}/{id}`, units, allow: READ, handle: one },
    { method: 'GET', path: `/${name}(appId='{appId}')`, units, allow: READ, handle: one },
  ];
}

/** App registrations, service principals and the permissions granted to them. */
export const applicationRoutes: readonly GraphRoute[] = [
  ...collection('applications', 2, applications),
  ...collection('servicePrincipals', 1, servicePrincipals),
  {
    method: 'GET',
    path: '/servicePrincipals/{id}/appRoleAssignments',
    units: 2,
    allow: READ,
    handle: appRoleAssignments,
  },
];
