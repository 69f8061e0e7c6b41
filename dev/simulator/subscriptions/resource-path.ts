/** What a subscription watches: all groups or users, one of them, or one group's members or owners. */
export type WatchedResource =
  | { readonly kind: 'groups' | 'users' }
  | { readonly kind: 'group' | 'user' | 'groupMembers' | 'groupOwners'; readonly id: string };

const RESOURCE = /^\/?(groups|users)(?:\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/(members|owners))?)?\/?$/i;

/**
 * Reads the `resource` of a subscription, with or without a leading slash, in any case. Query options are not
 * supported for users and groups, so a path with them is `undefined` like any other unknown one
 * (https://learn.microsoft.com/graph/api/resources/subscription).
 */
export function parseResourcePath(resource: string): WatchedResource | undefined {
  const match = RESOURCE.exec(resource);
  if (match === null) return undefined;
  const [, collection, id, navigation] = match.map((part: string | undefined) => part?.toLowerCase());
  const isGroups = collection === 'groups';
  if (id === undefined) return { kind: isGroups ? 'groups' : 'users' };
  if (navigation === undefined) return { kind: isGroups ? 'group' : 'user', id };
  if (!isGroups) return undefined;
  return { kind: navigation === 'members' ? 'groupMembers' : 'groupOwners', id };
}
