import { randomBytes } from 'node:crypto';
import { LOCAL_SECRET_NAME } from './local-settings.ts';
import { SAMPLE_TENANT, sampleDirectory } from './simulator/sample-tenant.ts';
import type { World } from './simulator/world/world.ts';

/** Client secret of the administrator's app, with which people and scripts change the sample directory. */
export const ADMIN_SECRET = 'sample-administrator';

const day = 24 * 60 * 60 * 1000;
const adminPermissions = [
  'User.ReadWrite.All',
  'Group.ReadWrite.All',
  'GroupMember.ReadWrite.All',
  'Directory.ReadWrite.All',
];
const readPermissions = ['Group.Read.All', 'User.Read.All', 'Member.Read.Hidden', 'Application.Read.All'];

/** Puts the sample tenant, its app registrations and Rolecall's client secret into a world that has none yet. */
export function prepareLocalTenant(world: World): void {
  if (world.findTenant(SAMPLE_TENANT.tenantId) !== undefined) return;
  const { tenantId, displayName, clientId, adminClientId } = SAMPLE_TENANT;
  const tenant = world.createTenant({ id: tenantId, displayName });
  tenant.directory.seed(sampleDirectory().seed);

  tenant.registerApp({ clientId, displayName: 'Rolecall', permissions: readPermissions });
  tenant.registerApp({ displayName: 'rolecall-function', isManagedIdentity: true });
  tenant.registerApp({
    clientId: adminClientId,
    displayName: 'Administrator',
    permissions: adminPermissions,
    secret: ADMIN_SECRET,
  });

  const value = randomBytes(24).toString('base64url');
  const expires = world.clock.now() + 180 * day;
  tenant.addSecret(clientId, { value, endDateTime: new Date(expires).toISOString() });
  world.vault.set(LOCAL_SECRET_NAME, value, { expires: Math.floor(expires / 1000) });
}
