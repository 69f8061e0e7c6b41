import type { GroupInfo } from '../model/directory.ts';
import { READ_GROUPS } from './classify-group.ts';
import type { GraphClient } from './graph-client.ts';
import { objectId } from './object-id.ts';
import { isReadable } from './read-groups.ts';

/**
 * How many users are in a group, nested ones included, by Graph's eventual index: good to tell groups apart, never to decide.
 * Undefined when Graph does not say.
 */
export async function countMembers(client: GraphClient, group: GroupInfo): Promise<number | undefined> {
  if (!(await isReadable(client, group))) return undefined;
  const path = `/groups/${objectId(group.id)}/transitiveMembers/microsoft.graph.user/$count`;
  const { body } = await client.send({ path, permission: READ_GROUPS, eventual: true });
  return typeof body === 'number' && Number.isInteger(body) ? body : undefined;
}
