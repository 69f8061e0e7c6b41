import { directoryGroup, directoryUser } from '../../../dev/simulator/world/directory-object.ts';
import { guidOf } from '../../../dev/simulator/world/guid-of.ts';
import type { Tenant } from '../../../dev/simulator/world/tenant.ts';
import type { World } from '../../../dev/simulator/world/world.ts';

/** Our app registration: the same in every tenant, as are all other ids, which is the hardest test of isolation. */
export const clientId = guidOf('Rolecall');
export const secretName = 'rolecall';
export const firstSecret = 'the-first-secret-of-the-simulated-tenants';

/** The object id of a person or a group of the cast, by the name that scenarios use. */
export function idOf(name: string): string {
  return guidOf(`scenario ${name}`);
}

export function tenantIdOf(name: string): string {
  return guidOf(`tenant ${name}`);
}

/** People of a crowd: `crowd-0`, `crowd-1` and so on. */
export function crowd(size: number): readonly string[] {
  return Array.from({ length: size }, (_, index) => `crowd-${index}`);
}

/** Members by group; a name that is a group itself is nested. Everybody named is a user unless it is a key here. */
export type Membership = Readonly<Record<string, readonly string[]>>;

/** Who is in what when a scenario begins, unless it says otherwise. `annex` is nested in `lab`, and `lab` in `staff`. */
export const usualMembers: Membership = {
  staff: ['ada', 'dan', 'eve', 'lab'],
  admins: ['ada', 'dan', 'eve'],
  editors: ['ada', 'dan', 'eve', 'lab'],
  researchers: ['ada', 'dan', 'eve'],
  visitors: [],
  crowd: [],
  lab: ['lea', 'annex'],
  annex: ['axl'],
  nobodys: ['ada'],
};

/** People who are there and in no group. */
const bystanders = ['nia', 'noa', 'guest-gus'];

/** Makes a tenant with its people, its groups and our app registration. */
export function createTenant(
  world: World,
  name: string,
  given: { readonly members?: Membership; readonly permissions?: readonly string[] } = {},
): Tenant {
  const { permissions = ['Group.Read.All', 'User.Read.All'] } = given;
  const members: Membership = given.members ?? usualMembers;
  const groups = new Set(Object.keys(members));
  const people = new Set([...Object.values(members).flat(), ...bystanders].filter((one) => !groups.has(one)));
  const tenant = world.createTenant({ id: tenantIdOf(name), displayName: name });
  tenant.registerApp({ clientId, displayName: 'Rolecall', permissions });
  tenant.addSecret(clientId, { value: firstSecret });
  tenant.registerApp({ clientId: guidOf('function app'), isManagedIdentity: true });
  const createdDateTime = new Date(world.clock.now()).toISOString();
  tenant.directory.seed({
    users: [...people].map((one) => person(one, createdDateTime)),
    groups: [...groups].map((one) => directoryGroup({ id: idOf(one), createdDateTime, displayName: one })),
    members: Object.entries(members).map(([group, names]) => [idOf(group), names.map(idOf)]),
  });
  world.vault.set(secretName, firstSecret, {});
  return tenant;
}

function person(name: string, createdDateTime: string) {
  return directoryUser({
    id: idOf(name),
    createdDateTime,
    displayName: name,
    userPrincipalName: `${name}@example.net`,
    mail: `${name}@example.net`,
    userType: name.startsWith('guest-') ? 'Guest' : 'Member',
  });
}

/** The rules of `usualRules`, by id; each maps the group of its name. */
const rules = {
  staff: { group: { id: idOf('staff') }, grants: { roles: ['user'], teams: ['blue'] } },
  admins: { group: { displayName: 'admins' }, grants: { roles: ['admin'] }, scopes: ['entity:one'] },
  editors: { group: { id: idOf('editors') }, membership: 'direct', grants: { roles: ['editor'] } },
  researchers: { group: { id: idOf('researchers') }, grants: { businessFunctions: ['research'] } },
  visitors: { group: { id: idOf('visitors') }, grants: { permissions: ['enter'] }, guests: 'include' },
  crowd: { group: { id: idOf('crowd') }, grants: { teams: ['crowd'] } },
} as const;
export type RuleName = keyof typeof rules;
const allRules: readonly RuleName[] = ['staff', 'admins', 'editors', 'researchers', 'visitors', 'crowd'];

/** The rules that scenarios run with: each group of `usualMembers` but `lab`, `annex` and `nobodys` is mapped. */
export function usualRules(
  changed: Readonly<Record<string, unknown>> = {},
  named: readonly RuleName[] = allRules,
): Record<string, unknown> {
  return {
    roles: [
      { id: 'admin', precedence: 1, privileged: true },
      { id: 'editor', precedence: 5 },
      { id: 'user', precedence: 10 },
    ],
    businessFunctions: [{ id: 'research' }],
    teams: [{ id: 'blue' }, { id: 'crowd' }],
    permissions: [{ id: 'enter' }],
    rules: named.map((id) => ({ id, ...rules[id] })),
    holds: { lossPercent: 30, lossMinimum: 3, windowHours: 24, groupDeleted: 'hold' },
    ...changed,
  };
}
