import { z } from 'zod';
import { AccessDeniedError } from '../errors.ts';
import type { MemberEntry } from '../model/directory.ts';
import type { Priority } from '../model/directory.ts';
import { classifyGroup, GROUP_SELECT, groupSchema, READ_GROUPS, READ_HIDDEN } from './classify-group.ts';
import { required, type GraphCall, type GraphClient } from './graph-client.ts';
import { objectId, objectIdSchema } from './object-id.ts';
import { PAGE_SIZE, pages } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import { isReadable } from './read-groups.ts';

// Without a type a user could pass for something else and so for a loss; such a page is no answer.
const memberSchema = z.object({ id: objectIdSchema, '@odata.type': z.string() });

/**
 * Pages of a group's members, flattened or direct only. The group is asked first, since a listing of a membership that is
 * hidden from us may come back empty.
 *
 * @throws AccessDeniedError when the membership is hidden, IncompleteReadingError when the group does not answer
 */
export async function* listMembers(
  client: GraphClient,
  givenId: string,
  { transitive, priority }: { readonly transitive: boolean; readonly priority: Priority },
): AsyncGenerator<readonly MemberEntry[], void, undefined> {
  const groupId = objectId(givenId);
  await assertListable(client, groupId, priority);
  const path = `/groups/${groupId}/${transitive ? 'transitiveMembers' : 'members'}?$select=id&$top=${PAGE_SIZE}`;
  for await (const page of pages(client, { path, priority, permission: READ_GROUPS }, memberSchema)) {
    yield page.map((member) => ({ id: member.id, type: memberType(member['@odata.type']) }));
  }
}

async function assertListable(client: GraphClient, groupId: string, priority: Priority): Promise<void> {
  const call: GraphCall = { path: `/groups/${groupId}?$select=${GROUP_SELECT}`, priority, permission: READ_GROUPS };
  const info = classifyGroup(parseAnswer(groupSchema, required(await client.send(call), call), 'a group'));
  if (await isReadable(client, info)) return;
  throw new AccessDeniedError(
    `The group ${groupId} hides its membership: the application permission ${READ_HIDDEN} is missing, or its consent is.`,
  );
}

/** `#microsoft.graph.user` and `#microsoft.graph.group` by name; devices, service principals and contacts are `other`. */
export function memberType(odataType: string): MemberEntry['type'] {
  const name = odataType.toLowerCase().replace('#microsoft.graph.', '');
  return name === 'user' || name === 'group' ? name : 'other';
}
