import { z } from 'zod';
import type { HttpReply } from '../http-message.ts';
import { directoryGroup, type DirectoryGroup } from '../world/directory-object.ts';
import { changedOnly, definedOnly } from './property-changes.ts';
import { badRequest, notFound } from './graph-error.ts';
import { addMembers, boundIds, refuseOwnedElsewhere } from './group-writes.ts';
import { listObjects } from './list-objects.ts';
import { contextOf, countReply } from './page.ts';
import { param, parseBody } from './parse-body.ts';
import { groupView } from './projection.ts';
import type { GraphContext, GraphRoute } from './route.ts';

const READ = [['GroupMember.Read.All']];
const WRITE = [['Group.ReadWrite.All']];

const writableSchema = z
  .object({
    displayName: z.string().min(1).max(256),
    description: z.string().nullable(),
    mailNickname: z.string().min(1).max(64),
    visibility: z.enum(['Public', 'Private']),
    membershipRule: z.string().nullable(),
    membershipRuleProcessingState: z.enum(['On', 'Paused']).nullable(),
    securityEnabled: z.boolean(),
  })
  .partial();

const creatableSchema = z.object({
  displayName: z.string().min(1).max(256),
  mailNickname: z.string().min(1).max(64),
  mailEnabled: z.boolean(),
  securityEnabled: z.boolean(),
  description: z.string().nullable().optional(),
  groupTypes: z.array(z.enum(['Unified', 'DynamicMembership'])).optional(),
  isAssignableToRole: z.boolean().optional(),
  visibility: z.enum(['Public', 'Private', 'HiddenMembership']).optional(),
  membershipRule: z.string().optional(),
  membershipRuleProcessingState: z.enum(['On', 'Paused']).optional(),
});

function list(context: GraphContext): HttpReply {
  const { directory, query, token } = context;
  return listObjects(context, {
    entitySet: 'groups',
    ids: () => directory.groupIds(),
    object: (id) => directory.group(id),
    json: groupView(query, token),
  });
}

function read(context: GraphContext): HttpReply {
  const body = groupView(context.query, context.token)(liveGroup(context));
  return { status: 200, body: { '@odata.context': `${contextOf(context, 'groups')}/$entity`, ...body } };
}

function create(context: GraphContext): HttpReply {
  const given = parseBody(creatableSchema, context);
  const unified = given.groupTypes?.includes('Unified') === true;
  if (given.mailEnabled !== unified) {
    throw badRequest(
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.',
    );
  }
  if (given.visibility === 'HiddenMembership' && !unified) throw badRequest('HiddenMembership is for unified groups.');
  const { directory } = context.tenant;
  const groupId = context.world.random.guid();
  const createdDateTime = new Date(context.now).toISOString();
  const mail = unified ? `${given.mailNickname}@example.net` : null;
  const assignable = given.isAssignableToRole === true ? { visibility: 'Private' as const } : {};
  const properties = { ...definedOnly(given), ...assignable, mail, createdDateTime };
  const members = boundIds(context);
  directory.apply({ kind: 'groupCreated', groupId, properties });
  addMembers(context, groupId, members);
  const group = directory.group(groupId) ?? directoryGroup({ id: groupId, createdDateTime });
  return { status: 201, body: { '@odata.context': `${context.baseUrl}/$metadata#groups/$entity`, ...group } };
}

function update(context: GraphContext): HttpReply {
  const group = liveGroup(context, context.tenant.directory);
  refuseOwnedElsewhere(context, group, 'properties');
  const given = definedOnly(parseBody(writableSchema, context));
  // Graph reference, "group resource type", visibility: HiddenMembership is given at creation and stays.
  if (given.visibility !== undefined && group.visibility === 'HiddenMembership') {
    throw badRequest('The visibility of a group with hidden membership cannot be changed.');
  }
  const properties = changedOnly(group, given);
  const members = boundIds(context);
  if (Object.keys(properties).length > 0) {
    context.tenant.directory.apply({ kind: 'groupUpdated', groupId: group.id, properties });
  }
  addMembers(context, group.id, members);
  return { status: 204 };
}

/** Security and Microsoft 365 groups go to the recycle bin, distribution groups are gone (Graph, "Delete group"). */
function remove(context: GraphContext): HttpReply {
  const group = liveGroup(context, context.tenant.directory);
  refuseOwnedElsewhere(context, group, 'properties');
  context.tenant.directory.apply({ kind: 'groupDeleted', groupId: group.id });
  const restorable = group.groupTypes.includes('Unified') || group.securityEnabled;
  if (!restorable) context.tenant.directory.apply({ kind: 'groupPurged', groupId: group.id });
  return { status: 204 };
}

/** The group of the path; soft-deleted and unknown ones are 404 alike. */
export function liveGroup(context: GraphContext, directory = context.directory): DirectoryGroup {
  const id = param(context, 'id');
  const group = directory.group(id);
  if (group === undefined) throw notFound(id);
  return group;
}

/** `/groups`, `/groups/{id}`. */
export const groupRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: '/groups', units: 1, allow: READ, handle: list },
  {
    method: 'GET',
    path: '/groups/$count',
    units: 1,
    allow: READ,
    handle: (context) => countReply(context, context.directory.groupIds().length),
  },
  { method: 'POST', path: '/groups', units: 1, allow: WRITE, handle: create },
  { method: 'GET', path: '/groups/{id}', units: 1, allow: READ, handle: read },
  { method: 'PATCH', path: '/groups/{id}', units: 1, allow: WRITE, handle: update },
  { method: 'DELETE', path: '/groups/{id}', units: 1, allow: WRITE, handle: remove },
];
