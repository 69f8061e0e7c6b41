import { parseResourcePath } from '../subscriptions/resource-path.ts';
import type { NotificationSettings } from '../subscriptions/notification-settings.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { DirectoryChange } from '../world/change.ts';

/** One element of a notification's `value`, as it goes over the wire. */
export type NotificationEntry = Readonly<Record<string, unknown>>;

type MemberChange = Extract<DirectoryChange, { kind: 'memberAdded' | 'memberRemoved' }>;

/** What one entry tells: membership changes of one group together, any other change alone. */
type Occasion =
  | { readonly kind: 'members'; readonly groupId: string; readonly changes: MemberChange[] }
  | { readonly kind: 'object'; readonly change: Exclude<DirectoryChange, MemberChange> };

function isMemberChange(change: DirectoryChange): change is MemberChange {
  return change.kind === 'memberAdded' || change.kind === 'memberRemoved';
}

/** The announced type: only a permanent deletion is `deleted`; create, soft delete and restore are `updated`. */
function changeTypeOf(occasion: Occasion): 'updated' | 'deleted' {
  if (occasion.kind === 'members') return 'updated';
  return occasion.change.kind === 'userPurged' || occasion.change.kind === 'groupPurged' ? 'deleted' : 'updated';
}

/** Whether a subscription is told of a change, by its resource and its change types. */
export function concerns(subscription: Subscription, change: DirectoryChange): boolean {
  const watched = parseResourcePath(subscription.resource);
  if (watched === undefined) return false;
  const occasion: Occasion = isMemberChange(change)
    ? { kind: 'members', groupId: change.groupId, changes: [change] }
    : { kind: 'object', change };
  const types = subscription.changeType.split(',').map((type) => type.trim().toLowerCase());
  if (!types.includes(changeTypeOf(occasion))) return false;
  const aboutGroup = 'groupId' in change;
  switch (watched.kind) {
    case 'groups':
      return aboutGroup;
    case 'users':
      return !aboutGroup;
    case 'group':
      return aboutGroup && change.groupId === watched.id;
    case 'groupMembers':
      return isMemberChange(change) && change.groupId === watched.id;
    case 'user':
      return !aboutGroup && change.userId === watched.id;
    case 'groupOwners':
      // The simulated directory keeps no owners.
      return false;
  }
}

/** Gathers the membership changes of each group; the rest stays in place. */
function occasions(changes: readonly DirectoryChange[], maxMembers: number): readonly Occasion[] {
  const found: Occasion[] = [];
  const open = new Map<string, MemberChange[]>();
  for (const change of changes) {
    if (!isMemberChange(change)) {
      found.push({ kind: 'object', change });
      continue;
    }
    const gathered = open.get(change.groupId);
    if (gathered !== undefined && gathered.length < maxMembers) {
      gathered.push(change);
      continue;
    }
    const fresh = [change];
    open.set(change.groupId, fresh);
    found.push({ kind: 'members', groupId: change.groupId, changes: fresh });
  }
  return found;
}

function resourceData(tenantId: string, collection: 'Groups' | 'Users', id: string, path: string) {
  const type = collection === 'Groups' ? 'Group' : 'User';
  return { '@odata.type': `#Microsoft.Graph.${type}`, '@odata.id': path, id, organizationId: tenantId };
}

function entry(tenantId: string, to: Subscription, occasion: Occasion, path: string, data: object): NotificationEntry {
  return {
    changeType: changeTypeOf(occasion),
    clientState: to.clientState,
    resource: path,
    resourceData: data,
    subscriptionExpirationDateTime: to.expirationDateTime.replace(/(\.000)?Z$/, '+00:00'),
    subscriptionId: to.id,
    tenantId,
  };
}

function objectEntry(tenantId: string, to: Subscription, occasion: Occasion & { kind: 'object' }): NotificationEntry {
  const { change } = occasion;
  const [collection, id] =
    'groupId' in change ? (['Groups', change.groupId] as const) : (['Users', change.userId] as const);
  const path = `${collection}/${id}`;
  return entry(tenantId, to, occasion, path, resourceData(tenantId, collection, id, path));
}

function memberEntries(
  tenantId: string,
  to: Subscription,
  occasion: Occasion & { kind: 'members' },
  form: NotificationSettings['membersResource'],
): readonly NotificationEntry[] {
  const { groupId, changes } = occasion;
  if (form === 'member' && parseResourcePath(to.resource)?.kind === 'groupMembers') {
    return changes.map((change) => {
      const path = `Groups/${groupId}/members/${change.memberId}`;
      const collection = change.memberType === 'group' ? 'Groups' : 'Users';
      return entry(tenantId, to, occasion, path, resourceData(tenantId, collection, change.memberId, path));
    });
  }
  const path = `Groups/${groupId}`;
  // The marker is a string here, an object in delta answers; the entries do not say what kind of object they name.
  const members = changes.map(({ kind, memberId }) =>
    kind === 'memberRemoved' ? { id: memberId, '@removed': 'deleted' } : { id: memberId },
  );
  const data = { ...resourceData(tenantId, 'Groups', groupId, path), 'members@delta': members };
  return [entry(tenantId, to, occasion, path, data)];
}

/**
 * The notification entries that tell a subscription of changes that concern it, in their order. Shapes as captured from
 * real deliveries: a relative, capitalised resource, no `id`, no event time, `members@delta` only for memberships.
 * @see https://learn.microsoft.com/graph/api/resources/changenotification
 */
export function notificationEntries(
  tenantId: string,
  to: Subscription,
  changes: readonly DirectoryChange[],
  settings: NotificationSettings,
): readonly NotificationEntry[] {
  return occasions(changes, settings.maxMembersPerNotification).flatMap((occasion) =>
    occasion.kind === 'object'
      ? [objectEntry(tenantId, to, occasion)]
      : memberEntries(tenantId, to, occasion, settings.membersResource),
  );
}

/** The lifecycle event that asks for a new authorization; the only one Graph sends for users and groups. */
export function reauthorizationRequired(tenantId: string, to: Subscription): NotificationEntry {
  return {
    subscriptionId: to.id,
    subscriptionExpirationDateTime: to.expirationDateTime.replace(/(\.\d+)?Z$/, '.0000000Z'),
    tenantId,
    clientState: to.clientState,
    lifecycleEvent: 'reauthorizationRequired',
  };
}
