import { z } from 'zod';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { AppRegistration } from './app-registration.ts';
import type { DirectoryChange } from './change.ts';
import type { DirectoryGroup, DirectoryUser } from './directory-object.ts';
import type { Tenant } from './tenant.ts';
import type { World } from './world.ts';
import type { SecretVersion } from '../vault/vault.ts';

/** Written by ourselves and versioned: beyond the outline its rows are taken as they are. */
const row = <T extends object>(key: keyof T & string) =>
  z.custom<T>((value) => typeof value === 'object' && value !== null && key in value, `a row with ${key}`);

const tenantSchema = z.object({
  id: z.guid(),
  displayName: z.string(),
  apps: z.array(row<AppRegistration>('clientId')),
  users: z.array(row<DirectoryUser>('userPrincipalName')),
  groups: z.array(row<DirectoryGroup>('groupTypes')),
  members: z.array(z.tuple([z.string(), z.array(z.string())])),
  log: z.array(row<DirectoryChange>('seq')),
  subscriptions: z.array(row<Subscription>('notificationUrl')),
});

const savedWorldSchema = z.object({
  version: z.literal(1),
  randomState: z.int(),
  vault: z.array(z.tuple([z.string(), z.array(row<SecretVersion>('version'))])),
  tenants: z.array(tenantSchema),
});

/** All that lasts of a world, as JSON: tenants and vault. Switches, faults, counters and replicas start anew. */
export type SavedWorld = z.infer<typeof savedWorldSchema>;

/** Throws when the text is not a saved world. */
export function parseSavedWorld(text: string): SavedWorld {
  return savedWorldSchema.parse(JSON.parse(text));
}

export function saveWorld(world: World): SavedWorld {
  return {
    version: 1,
    randomState: world.random.state(),
    vault: [...world.vault.secrets],
    tenants: [...world.tenants.values()].map(saveTenant),
  };
}

/** Fills an empty world. */
export function loadWorld(world: World, saved: SavedWorld): void {
  for (const [name, versions] of saved.vault) world.vault.secrets.set(name, versions);
  for (const one of saved.tenants) {
    const tenant = world.createTenant(one);
    for (const app of one.apps) tenant.apps.set(app.clientId, app);
    tenant.directory.seed(one);
    tenant.directory.continueLog(one.log);
    for (const subscription of one.subscriptions) tenant.subscriptions.set(subscription.id, subscription);
  }
}

function saveTenant(tenant: Tenant): SavedWorld['tenants'][number] {
  const { directory } = tenant;
  return {
    id: tenant.id,
    displayName: tenant.displayName,
    apps: [...tenant.apps.values()],
    users: [...directory.users(), ...directory.deletedUsers()],
    groups: [...directory.groups(), ...directory.deletedGroups()],
    members: [...directory.memberships()].map(([groupId, memberIds]) => [groupId, [...memberIds]]),
    log: [...directory.log.entries],
    subscriptions: [...tenant.subscriptions.values()],
  };
}
