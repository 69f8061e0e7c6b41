import { directoryGroup, directoryUser } from '../simulator/world/directory-object.ts';
import type { World } from '../simulator/world/world.ts';
import type { Tenant } from '../simulator/world/tenant.ts';

/** An id that says what it is: `kind` is one hex digit, so ids are readable in a failure. */
function idOf(kind: string, number: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** Users and groups of every tenant of a run. All tenants share the same ids, which is the hardest test of isolation. */
export const userIds = Array.from({ length: 8 }, (_, index) => idOf('a', index));
/** Mapped: 0 to 4 (3 direct only). Nested only: 5 and 6. Nobody's: 7. The last two get rules when people publish some. */
export const groupIds = Array.from({ length: 8 }, (_, index) => idOf('b', index));

/** Places of the groups that hide who is in them. */
const hiding = new Set([2, 4]);
export const hidingGroups = groupIds.filter((_, place) => hiding.has(place));
/** Groups that others are nested in from the beginning. */
export const nestingGroups = [0, 3, 5, 6].flatMap((place) => groupIds[place] ?? []);

export const clientId = idOf('c', 1);
export const secretName = 'rolecall';
export const readsHidden = 'Member.Read.Hidden';
const secret = 'a-secret-of-the-simulated-tenants';

export function tenantIdOf(index: number): string {
  return idOf('d', index);
}

/** A tenant with its people, groups and our app registration. The first user and the first four groups start related. */
export function createCastTenant(world: World, index: number): Tenant {
  const tenant = world.createTenant({ id: tenantIdOf(index), displayName: `Tenant ${index}` });
  tenant.registerApp({ clientId, permissions: ['Group.Read.All', 'User.Read.All', readsHidden] });
  // The function's managed identity, with which the vault is reached, lives in one tenant.
  if (index === 0) tenant.registerApp({ displayName: 'rolecall-function', isManagedIdentity: true });
  tenant.addSecret(clientId, { value: secret });
  world.vault.set(secretName, secret, {});
  const createdDateTime = new Date(world.clock.now()).toISOString();
  const [first = '', second = ''] = userIds;
  const [g0 = '', g1 = '', , g3 = '', , g5 = '', g6 = ''] = groupIds;
  tenant.directory.seed({
    users: userIds.map((id, place) =>
      directoryUser({
        id,
        createdDateTime,
        displayName: `User ${place}`,
        userPrincipalName: `user${place}@example.net`,
        userType: place === 7 ? 'Guest' : 'Member',
      }),
    ),
    groups: groupIds.map((id, place) =>
      directoryGroup({
        id,
        createdDateTime,
        displayName: `Group ${place}`,
        ...(hiding.has(place)
          ? { groupTypes: ['Unified'], visibility: 'HiddenMembership' }
          : { securityEnabled: true }),
      }),
    ),
    members: [
      [g0, [first, second, g5]],
      [g1, [first]],
      [g3, [second, g6]],
      [g5, [g6, ...userIds.slice(2, 4)]],
      // A cycle: 5 is in 0, 6 is in 5, and 5 is in 6.
      [g6, [g5, ...userIds.slice(4, 6)]],
    ],
  });
  return tenant;
}
