import type { Mutation } from '../simulator/world/change.ts';
import type { Directory } from '../simulator/world/directory.ts';
import type { Tenant } from '../simulator/world/tenant.ts';
import { clientId, readsHidden } from './cast.ts';
import type { Happening } from './history.ts';

/** Makes it happen in the primary copy, if it is possible now; says whether it did. */
export function happen(tenant: Tenant, happening: Happening): boolean {
  const { directory } = tenant;
  if (happening.kind === 'hide' || happening.kind === 'unhide') return changePermission(tenant, happening.kind);
  const mutation = mutationOf(directory, happening);
  if (mutation) directory.apply(mutation);
  return mutation !== undefined;
}

/** Groups hide their members from birth on (Graph reference, "group", visibility); what changes is whether we may look. */
function changePermission(tenant: Tenant, kind: 'hide' | 'unhide'): boolean {
  const isGranted = tenant
    .app(clientId)
    .grants.some(({ role, revokedDateTime }) => role === readsHidden && revokedDateTime === null);
  if (isGranted === (kind === 'unhide')) return false;
  if (isGranted) tenant.revokeGrant(clientId, readsHidden);
  else tenant.grant(clientId, readsHidden);
  return true;
}

function mutationOf(
  directory: Directory,
  happening: Exclude<Happening, { kind: 'hide' | 'unhide' }>,
): Mutation | undefined {
  switch (happening.kind) {
    case 'join':
    case 'leave':
      return membership(directory, happening.kind, happening.member, happening.group);
    case 'deleteGroup':
      return directory.group(happening.group) && { kind: 'groupDeleted', groupId: happening.group };
    case 'restoreGroup':
      return directory.deletedGroup(happening.group) && { kind: 'groupRestored', groupId: happening.group };
    case 'restore':
      return directory.deletedUser(happening.user) && { kind: 'userRestored', userId: happening.user };
    case 'purge':
      return directory.deletedUser(happening.user) && { kind: 'userPurged', userId: happening.user };
    case 'delete':
      return directory.user(happening.user) && { kind: 'userDeleted', userId: happening.user };
    case 'disable':
    case 'enable':
      return userChange(directory, happening.user, { accountEnabled: happening.kind === 'enable' });
    case 'becomeGuest':
    case 'becomeMember':
      return userChange(directory, happening.user, { userType: happening.kind === 'becomeGuest' ? 'Guest' : 'Member' });
  }
}

function membership(
  directory: Directory,
  kind: 'join' | 'leave',
  memberId: string,
  groupId: string,
): Mutation | undefined {
  const memberType = directory.memberType(memberId);
  if (!directory.group(groupId) || memberType === undefined || directory.isDeleted(memberId) || memberId === groupId) {
    return undefined;
  }
  if (directory.hasMember(groupId, memberId) === (kind === 'join')) return undefined;
  return { kind: kind === 'join' ? 'memberAdded' : 'memberRemoved', groupId, memberId, memberType };
}

function userChange(
  directory: Directory,
  userId: string,
  properties: { accountEnabled: boolean } | { userType: 'Guest' | 'Member' },
): Mutation | undefined {
  const user = directory.user(userId);
  if (!user) return undefined;
  const same =
    'userType' in properties
      ? user.userType === properties.userType
      : user.accountEnabled === properties.accountEnabled;
  return same ? undefined : { kind: 'userUpdated', userId, properties };
}
