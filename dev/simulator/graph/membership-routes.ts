import { z } from 'zod';
import type { HttpReply } from '../http-message.ts';
import { badRequest, GraphError, notFound } from './graph-error.ts';
import { withoutHidden } from './hidden-membership.ts';
import { countRelated, listRelated, type ObjectCast } from './list-related.ts';
import { param, parseBody } from './parse-body.ts';
import type { GraphContext, GraphRoute } from './route.ts';

/** Limits of the membership actions (Graph reference, "checkMemberGroups" and "getMemberGroups"). */
const MAX_CHECKED = 20;
const MAX_MEMBER_GROUPS = 11_000;

const LIST = [['User.Read.All'], ['GroupMember.Read.All']];
const ACTIONS = [
  ['User.Read.All', 'GroupMember.Read.All'],
  ['User.ReadBasic.All', 'GroupMember.Read.All'],
];

const checkSchema = z.object({ groupIds: z.array(z.string()) });
const getSchema = z.object({ securityEnabledOnly: z.boolean() });

type Kind = 'users' | 'groups' | 'directoryObjects';
type Reach = 'memberOf' | 'transitiveMemberOf';

/** The live object of the path, by id; a user also by user principal name. */
function liveId(context: GraphContext, kind: Kind): string {
  const given = param(context, 'id');
  const user = kind === 'groups' ? undefined : context.directory.user(given);
  const found = user ?? (kind === 'users' ? undefined : context.directory.group(given));
  if (found === undefined) throw notFound(given);
  return found.id;
}

function groupIds(context: GraphContext, kind: Kind, reach: Reach): () => readonly string[] {
  const id = liveId(context, kind);
  const { directory } = context;
  return () =>
    withoutHidden(context, reach === 'memberOf' ? directory.directGroupsOf(id) : directory.transitiveGroupsOf(id));
}

function checkMemberGroups(context: GraphContext, kind: Kind): HttpReply {
  const { groupIds: asked } = parseBody(checkSchema, context);
  if (asked.length > MAX_CHECKED) {
    throw badRequest(`The identifiers in groupIds cannot exceed '${MAX_CHECKED}'.`);
  }
  const held = new Set(groupIds(context, kind, 'transitiveMemberOf')());
  return idsReply(
    context,
    [...new Set(asked.map((id) => id.toLowerCase()))].filter((id) => held.has(id)),
  );
}

function getMemberGroups(context: GraphContext, kind: Kind): HttpReply {
  const { securityEnabledOnly } = parseBody(getSchema, context);
  const held = groupIds(context, kind, 'transitiveMemberOf')();
  const ids = securityEnabledOnly ? held.filter((id) => context.directory.group(id)?.securityEnabled === true) : held;
  if (ids.length > MAX_MEMBER_GROUPS) {
    const message = 'The result size limit was exceeded. Reduce the result set size and try again.';
    throw new GraphError(400, 'Directory_ResultSizeLimitExceeded', message);
  }
  return idsReply(context, ids);
}

function idsReply(context: GraphContext, value: readonly string[]): HttpReply {
  return {
    status: 200,
    body: { '@odata.context': `${context.baseUrl}/$metadata#Collection(Edm.String)`, value },
  };
}

function actions(kind: Kind): GraphRoute[] {
  const path = `/${kind}/{id}`;
  return [
    {
      method: 'POST',
      path: `${path}/checkMemberGroups`,
      units: 4,
      reads: true,
      allow: ACTIONS,
      handle: (context) => checkMemberGroups(context, kind),
    },
    {
      method: 'POST',
      path: `${path}/getMemberGroups`,
      units: 2,
      reads: true,
      allow: ACTIONS,
      handle: (context) => getMemberGroups(context, kind),
    },
  ];
}

function listings(kind: Kind, reach: Reach): GraphRoute[] {
  const path = `/${kind}/{id}/${reach}`;
  const cast: ObjectCast = 'group';
  const list = (context: GraphContext, type?: ObjectCast) => listRelated(context, groupIds(context, kind, reach), type);
  const count = (context: GraphContext, type?: ObjectCast) =>
    countRelated(context, groupIds(context, kind, reach), type);
  const typed = `${path}/microsoft.graph.${cast}`;
  return [
    { method: 'GET', path, units: 2, allow: LIST, handle: (context) => list(context) },
    { method: 'GET', path: `${path}/$count`, units: 2, allow: LIST, handle: (context) => count(context) },
    { method: 'GET', path: typed, units: 2, allow: LIST, handle: (context) => list(context, cast) },
    { method: 'GET', path: `${typed}/$count`, units: 2, allow: LIST, handle: (context) => count(context, cast) },
  ];
}

/** What a user or group is a member of. */
export const membershipRoutes: readonly GraphRoute[] = [
  ...actions('users'),
  ...actions('groups'),
  ...actions('directoryObjects'),
  ...listings('users', 'memberOf'),
  ...listings('users', 'transitiveMemberOf'),
  ...listings('groups', 'memberOf'),
  ...listings('groups', 'transitiveMemberOf'),
];
