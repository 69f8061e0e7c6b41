import { z } from 'zod';
import type { HttpReply } from '../http-message.ts';
import { notFound } from './graph-error.ts';
import { addMembers, idOfReference, refuseOwnedElsewhere } from './group-writes.ts';
import { liveGroup } from './group-routes.ts';
import { listRelated, countRelated, type ObjectCast } from './list-related.ts';
import { hiddenFrom, hiddenListing } from './hidden-membership.ts';
import { param, parseBody } from './parse-body.ts';
import type { GraphContext, GraphRoute } from './route.ts';

const READ = [['GroupMember.Read.All']];
const WRITE = [['GroupMember.ReadWrite.All']];

const referenceSchema = z.object({ '@odata.id': z.string() });

type Reach = 'members' | 'transitiveMembers';

function memberIds(context: GraphContext, reach: Reach): () => readonly string[] {
  const { id } = liveGroup(context);
  return () => (reach === 'members' ? context.directory.directMembers(id) : context.directory.transitiveMembers(id));
}

function list(context: GraphContext, reach: Reach, cast?: ObjectCast): HttpReply {
  const group = liveGroup(context);
  if (hiddenFrom(context, group)) return hiddenListing(context, memberIds(context, reach));
  return listRelated(context, memberIds(context, reach), cast);
}

function count(context: GraphContext, reach: Reach, cast?: ObjectCast): HttpReply {
  const ids = hiddenFrom(context, liveGroup(context)) ? () => [] : memberIds(context, reach);
  return countRelated(context, ids, cast);
}

function add(context: GraphContext): HttpReply {
  const { id } = liveGroup(context, context.tenant.directory);
  addMembers(context, id, [idOfReference(parseBody(referenceSchema, context)['@odata.id'])]);
  return { status: 204 };
}

function remove(context: GraphContext): HttpReply {
  const { directory } = context.tenant;
  const group = liveGroup(context, directory);
  refuseOwnedElsewhere(context, group, 'members');
  const memberId = param(context, 'memberId').toLowerCase();
  const memberType = directory.memberType(memberId);
  if (memberType === undefined || !directory.hasMember(group.id, memberId)) throw notFound(memberId);
  directory.apply({ kind: 'memberRemoved', groupId: group.id, memberId, memberType });
  return { status: 204 };
}

function listings(reach: Reach, units: number): GraphRoute[] {
  const path = `/groups/{id}/${reach}`;
  const casts: ObjectCast[] = ['user', 'group'];
  return [
    { method: 'GET', path, units, allow: READ, handle: (context) => list(context, reach) },
    { method: 'GET', path: `${path}/$count`, units, allow: READ, handle: (context) => count(context, reach) },
    ...casts.flatMap((cast): GraphRoute[] => {
      const typed = `${path}/microsoft.graph.${cast}`;
      return [
        { method: 'GET', path: typed, units, allow: READ, handle: (context) => list(context, reach, cast) },
        {
          method: 'GET',
          path: `${typed}/$count`,
          units,
          allow: READ,
          handle: (context) => count(context, reach, cast),
        },
      ];
    }),
  ];
}

/** `/groups/{id}/members`, `/groups/{id}/transitiveMembers` and the member references. */
export const memberRoutes: readonly GraphRoute[] = [
  ...listings('members', 3),
  ...listings('transitiveMembers', 5),
  { method: 'POST', path: '/groups/{id}/members/$ref', units: 1, allow: WRITE, handle: add },
  { method: 'DELETE', path: '/groups/{id}/members/{memberId}/$ref', units: 1, allow: WRITE, handle: remove },
];
