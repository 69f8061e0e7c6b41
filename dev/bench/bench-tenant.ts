import { localSettings, LOCAL_SECRET_NAME, type StackUrls } from '../local-settings.ts';
import type { Tenant } from '../simulator/world/tenant.ts';
import { directoryGroup, directoryUser } from '../simulator/world/directory-object.ts';
import type { World } from '../simulator/world/world.ts';

export const benchTenantId = 'b0000000-0000-4000-8000-000000000000';
const clientId = 'c0000000-0000-4000-8000-000000000000';
/** An administrator's app, to change the directory through Graph as somebody would. */
export const adminApp = { clientId: 'c0000000-0000-4000-8000-000000000001', secret: 'bench-administrator' } as const;
const appSecret = 'bench-rolecall';

function idOf(kind: string, number: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function benchUserId(number: number): string {
  return idOf('a', number);
}

/** Everybody is in it: role `user`. */
export const everybodyGroup = idOf('b', 0);
/** Only its direct members get role `direct`. */
export const directGroup = idOf('b', 99);
/** Each gives one role of its own, directly or nested; nobody is in them at first. */
export const roleGroups: readonly string[] = Array.from({ length: 12 }, (_, index) => idOf('b', index + 1));

/** The rules: one group, one role, so that a join is one grant. Holds are out of reach. */
export const benchRules = {
  roles: [
    { id: 'user', precedence: 1 },
    { id: 'direct', precedence: 2 },
    ...roleGroups.map((_, index) => ({ id: `role-${index + 1}`, precedence: index + 3 })),
  ],
  rules: [
    { id: 'everybody', group: { id: everybodyGroup }, grants: { roles: ['user'] } },
    { id: 'direct', group: { id: directGroup }, membership: 'direct', grants: { roles: ['direct'] } },
    ...roleGroups.map((id, index) => ({
      id: `group-${index + 1}`,
      group: { id },
      grants: { roles: [`role-${index + 1}`] },
    })),
  ],
  holds: { lossPercent: 100, lossMinimum: 100_000, windowHours: 24 },
};

/** Users 0 to `users` - 1, all of them in the everybody group; `strangers` more are in no group at all. */
export interface BenchPeople {
  readonly users: number;
  readonly strangers: number;
}

export function createBenchTenant(world: World, { users, strangers }: BenchPeople): Tenant {
  const tenant = world.createTenant({ id: benchTenantId, displayName: 'Bench' });
  tenant.registerApp({ clientId, permissions: ['Group.Read.All', 'User.Read.All'], secret: appSecret });
  tenant.registerApp({ displayName: 'function', isManagedIdentity: true });
  tenant.registerApp({ ...adminApp, permissions: ['GroupMember.ReadWrite.All', 'User.Read.All'] });
  world.vault.set(LOCAL_SECRET_NAME, appSecret, {});
  const createdDateTime = new Date(world.clock.now()).toISOString();
  const ids = Array.from({ length: users + strangers }, (_, number) => benchUserId(number));
  tenant.directory.seed({
    users: ids.map((id, number) =>
      directoryUser({
        id,
        createdDateTime,
        displayName: `User ${number}`,
        userPrincipalName: `user${number}@example.net`,
        mail: `user${number}@example.net`,
      }),
    ),
    groups: [everybodyGroup, directGroup, ...roleGroups].map((id, index) =>
      directoryGroup({ id, createdDateTime, displayName: `Group ${index}` }),
    ),
    members: [[everybodyGroup, ids.slice(0, users)]],
  });
  return tenant;
}

/** Puts a user into a group, or takes them out, without anybody being told by Graph. */
export function setMember(world: World, groupId: string, memberId: string, member: boolean): void {
  const kind = member ? 'memberAdded' : 'memberRemoved';
  world.tenant(benchTenantId).directory.apply({ kind, groupId, memberId, memberType: 'user' });
}

export function benchSettings(urls: StackUrls, rulesFile: string): Record<string, string> {
  const tenant = {
    tenantId: benchTenantId,
    clientId,
    credential: 'secret',
    vaultUrl: urls.simulator,
    secretName: LOCAL_SECRET_NAME,
  };
  return {
    ...localSettings(urls),
    ROLECALL_TENANTS: JSON.stringify([tenant]),
    ROLECALL_RULES_FILE: rulesFile,
    // As in production, so that second looks come after a measurement and not in the middle of it.
    DIRECTORY_LAG_SECONDS: '300',
  };
}

/** Settings that switch functions off, as on Azure (Microsoft Learn, "How to disable functions in Azure Functions"). */
export function withoutFunctions(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']));
}

export const timerFunctions = ['deltaSweep', 'fullSync', 'renewSubscriptions', 'catchUp', 'secretRotationReminder'];
export const queueFunctions = ['reconcileUser', 'reconcileUserBulk', 'runJob'];
