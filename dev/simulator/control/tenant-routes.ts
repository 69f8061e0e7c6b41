import { z } from 'zod';
import type { HttpReply } from '../http-message.ts';
import type { Tenant } from '../world/tenant.ts';
import type { ControlRoute } from './control-route.ts';

const dateTime = z.iso.datetime({ offset: true });

const appSchema = z.strictObject({
  clientId: z.exactOptional(z.guid()),
  displayName: z.exactOptional(z.string()),
  isManagedIdentity: z.exactOptional(z.boolean()),
  secret: z.exactOptional(z.string().min(1)),
  certificates: z.exactOptional(z.array(z.string())),
  identifierUris: z.exactOptional(z.array(z.string())),
  federatedCredentials: z.exactOptional(
    z.array(z.strictObject({ issuer: z.string(), subject: z.string(), audience: z.string() })),
  ),
  permissions: z.exactOptional(z.array(z.string())),
  appRoles: z.exactOptional(z.array(z.strictObject({ resourceAppId: z.guid(), role: z.string() }))),
});

const tenantSchema = z.strictObject({
  id: z.exactOptional(z.guid()),
  displayName: z.exactOptional(z.string()),
  apps: z.array(appSchema).default([]),
});

const secretSchema = z.strictObject({
  value: z.string().min(1),
  displayName: z.exactOptional(z.string().nullable()),
  startDateTime: z.exactOptional(dateTime),
  endDateTime: z.exactOptional(dateTime),
});

const expirySchema = z.strictObject({ endDateTime: dateTime });

const lagSchema = z.strictObject({
  replicaSeconds: z.exactOptional(z.number().min(0)),
  indexSeconds: z.exactOptional(z.number().min(0)),
});

const membershipSchema = z.strictObject({ groupId: z.guid(), memberId: z.guid(), action: z.enum(['add', 'remove']) });

type ControlRequest = Parameters<ControlRoute['handle']>[0];

function tenantOf({ simulator, params }: ControlRequest): Tenant {
  return simulator.world.tenant(params['tenantId'] ?? '');
}

/** What the caller may know of a tenant; secrets are shown, this is a stage and not a directory. */
function tenantBody(tenant: Tenant) {
  return {
    id: tenant.id,
    displayName: tenant.displayName,
    users: tenant.directory.userIds().length,
    groups: tenant.directory.groupIds().length,
    changes: tenant.directory.seq,
    lag: tenant.replicas.settings,
    apps: [...tenant.apps.values()],
    subscriptions: [...tenant.subscriptions.values()],
  };
}

function createTenant({ simulator, body }: ControlRequest): HttpReply {
  const { apps, ...spec } = tenantSchema.parse(body ?? {});
  const tenant = simulator.world.createTenant(spec);
  for (const app of apps) tenant.registerApp(app);
  return { status: 201, body: tenantBody(tenant) };
}

/** Changes a membership as its owner does: Exchange, the rule of a dynamic group, or directory synchronization. */
function changeMembership(request: ControlRequest): HttpReply {
  const { directory } = tenantOf(request);
  const given = membershipSchema.parse(request.body);
  const groupId = given.groupId.toLowerCase();
  const memberId = given.memberId.toLowerCase();
  const memberType = directory.memberType(memberId);
  if (directory.group(groupId) === undefined || memberType === undefined) {
    return { status: 404, body: { error: 'The group or the member does not exist.' } };
  }
  if (directory.hasMember(groupId, memberId) === (given.action === 'add')) return { status: 204 };
  directory.apply({ kind: given.action === 'add' ? 'memberAdded' : 'memberRemoved', groupId, memberId, memberType });
  return { status: 204 };
}

function setSecretEnd(request: ControlRequest): HttpReply {
  const app = tenantOf(request).app(request.params['clientId'] ?? '');
  const secret = app.secrets.find((one) => one.keyId === request.params['keyId']);
  if (secret === undefined) return { status: 404, body: { error: 'The app has no such secret.' } };
  return { status: 200, body: Object.assign(secret, expirySchema.parse(request.body)) };
}

const APP = '/tenants/{tenantId}/apps/{clientId}';

/** Tenants, app registrations, permissions, secrets, replication lag. */
export const tenantRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/tenants',
    handle: ({ simulator }) => ({
      status: 200,
      body: { value: [...simulator.world.tenants.values()].map(tenantBody) },
    }),
  },
  { method: 'POST', path: '/tenants', handle: createTenant },
  {
    method: 'GET',
    path: '/tenants/{tenantId}',
    handle: (request) => ({ status: 200, body: tenantBody(tenantOf(request)) }),
  },
  {
    method: 'PATCH',
    path: '/tenants/{tenantId}/lag',
    handle: (request) => {
      const { replicas } = tenantOf(request);
      replicas.configure(lagSchema.parse(request.body), request.simulator.world.clock.now());
      return { status: 200, body: replicas.settings };
    },
  },
  { method: 'POST', path: '/tenants/{tenantId}/memberships', handle: changeMembership },
  {
    method: 'POST',
    path: '/tenants/{tenantId}/apps',
    handle: (request) => ({ status: 201, body: tenantOf(request).registerApp(appSchema.parse(request.body ?? {})) }),
  },
  {
    method: 'POST',
    path: `${APP}/secrets`,
    handle: (request) => ({
      status: 201,
      body: tenantOf(request).addSecret(request.params['clientId'] ?? '', secretSchema.parse(request.body)),
    }),
  },
  { method: 'PATCH', path: `${APP}/secrets/{keyId}`, handle: setSecretEnd },
  {
    method: 'DELETE',
    path: `${APP}/secrets/{keyId}`,
    handle: (request) => {
      tenantOf(request).removeSecret(request.params['clientId'] ?? '', request.params['keyId'] ?? '');
      return { status: 204 };
    },
  },
  {
    method: 'PUT',
    path: `${APP}/permissions/{role}`,
    handle: (request) => {
      tenantOf(request).grant(request.params['clientId'] ?? '', request.params['role'] ?? '');
      return { status: 204 };
    },
  },
  {
    method: 'DELETE',
    path: `${APP}/permissions/{role}`,
    handle: (request) => {
      tenantOf(request).revokeGrant(request.params['clientId'] ?? '', request.params['role'] ?? '');
      return { status: 204 };
    },
  },
];
