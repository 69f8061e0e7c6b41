import { z } from 'zod';
import type { HttpReply } from '../http-message.ts';
import type { DirectoryView } from '../world/directory-view.ts';
import { badRequest, forbidden, notFound } from './graph-error.ts';
import { listObjects } from './list-objects.ts';
import { param, parseBody } from './parse-body.ts';
import { directoryObjectView, groupView, userView, type Json } from './projection.ts';
import type { GraphContext, GraphRoute } from './route.ts';

const MAX_IDS = 1000;

const ANY_READ = [['User.Read.All'], ['GroupMember.Read.All']];
const idsSchema = z.object({ ids: z.array(z.string()), types: z.array(z.string()).optional() });

function getByIds(context: GraphContext): HttpReply {
  const { ids, types } = parseBody(idsSchema, context);
  if (ids.length > MAX_IDS) throw badRequest(`The identifiers in ids cannot exceed '${MAX_IDS}'.`);
  const { directory, query, token } = context;
  const show = directoryObjectView(directory, query, token);
  const wanted = ids.filter((id) => {
    const type = directory.memberType(id);
    return type !== undefined && (types === undefined || types.includes(type) || types.includes('directoryObject'));
  });
  const value = wanted.flatMap((id) => show(id) ?? []);
  return { status: 200, body: { '@odata.context': `${context.baseUrl}/$metadata#directoryObjects`, value } };
}

/** A soft-deleted object; reading a group here takes Group.Read.All, GroupMember.Read.All is not enough. */
function deletedObject(context: GraphContext, directory: DirectoryView, access: 'Read' | 'ReadWrite') {
  const id = param(context, 'id');
  const user = directory.deletedUser(id);
  const group = directory.deletedGroup(id);
  if (user === undefined && group === undefined) throw notFound(id);
  if (!context.token.permits(user === undefined ? `Group.${access}.All` : `User.${access}.All`)) throw forbidden();
  return { id: id.toLowerCase(), user, group };
}

function readDeleted(context: GraphContext): HttpReply {
  const { user, group } = deletedObject(context, context.directory, 'Read');
  const { query, token } = context;
  const typed: Json = { '@odata.context': `${context.baseUrl}/$metadata#directoryObjects/$entity` };
  if (user !== undefined) {
    const body = { '@odata.type': '#microsoft.graph.user', ...userView(query, token)(user) };
    return { status: 200, body: { ...typed, ...body, deletedDateTime: user.deletedDateTime } };
  }
  if (group === undefined) throw notFound(param(context, 'id'));
  return {
    status: 200,
    body: { ...typed, '@odata.type': '#microsoft.graph.group', ...groupView(query, token)(group) },
  };
}

function listDeletedUsers(context: GraphContext): HttpReply {
  const { directory, query, token } = context;
  const show = userView(query, token);
  return listObjects(context, {
    entitySet: 'users',
    ids: () => [...directory.deletedUsers()].map((user) => user.id),
    object: (id) => directory.deletedUser(id),
    json: (user) => ({ ...show(user), deletedDateTime: user.deletedDateTime }),
  });
}

function listDeletedGroups(context: GraphContext): HttpReply {
  const { directory, query, token } = context;
  return listObjects(context, {
    entitySet: 'groups',
    ids: () => [...directory.deletedGroups()].map((group) => group.id),
    object: (id) => directory.deletedGroup(id),
    json: groupView(query, token),
  });
}

function restore(context: GraphContext): HttpReply {
  const { directory } = context.tenant;
  const { id, user } = deletedObject(context, directory, 'ReadWrite');
  directory.apply(user === undefined ? { kind: 'groupRestored', groupId: id } : { kind: 'userRestored', userId: id });
  const body = directoryObjectView(directory, new URLSearchParams(), context.token)(id);
  return { status: 200, body: { '@odata.context': `${context.baseUrl}/$metadata#directoryObjects/$entity`, ...body } };
}

function purge(context: GraphContext): HttpReply {
  const { directory } = context.tenant;
  const { id, user } = deletedObject(context, directory, 'ReadWrite');
  directory.apply(user === undefined ? { kind: 'groupPurged', groupId: id } : { kind: 'userPurged', userId: id });
  return { status: 204 };
}

function organization(context: GraphContext): HttpReply {
  const { id, displayName } = context.tenant;
  const value = [
    { id, displayName, verifiedDomains: [{ name: 'example.onmicrosoft.com', isInitial: true, isDefault: true }] },
  ];
  return { status: 200, body: { '@odata.context': `${context.baseUrl}/$metadata#organization`, value } };
}

const DELETED = '/directory/deletedItems';

/** Objects of any type: resolving ids, the recycle bin, the tenant itself. */
export const directoryObjectRoutes: readonly GraphRoute[] = [
  { method: 'POST', path: '/directoryObjects/getByIds', units: 5, reads: true, allow: ANY_READ, handle: getByIds },
  {
    method: 'GET',
    path: `${DELETED}/microsoft.graph.user`,
    units: 1,
    allow: [['User.Read.All']],
    handle: listDeletedUsers,
  },
  {
    method: 'GET',
    path: `${DELETED}/microsoft.graph.group`,
    units: 1,
    allow: [['Group.Read.All']],
    handle: listDeletedGroups,
  },
  { method: 'GET', path: `${DELETED}/{id}`, units: 1, allow: [], handle: readDeleted },
  { method: 'POST', path: `${DELETED}/{id}/restore`, units: 1, allow: [], handle: restore },
  { method: 'DELETE', path: `${DELETED}/{id}`, units: 1, allow: [], handle: purge },
  { method: 'GET', path: '/organization', units: 1, allow: [], handle: organization },
];
