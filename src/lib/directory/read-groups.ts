import { z } from 'zod';
import { IncompleteReadingError } from '../errors.ts';
import type { GroupInfo } from '../model/directory.ts';
import type { GroupAnswer, Priority } from '../model/directory.ts';
import { answered, BATCH_SIZE, sendBatch } from './batch.ts';
import { classifyGroup, GROUP_SELECT, groupSchema, READ_GROUPS, READ_HIDDEN } from './classify-group.ts';
import { asked, required, type GraphCall, type GraphClient } from './graph-client.ts';
import { failureError } from './graph-failure.ts';
import { objectId, objectIdSchema } from './object-id.ts';
import { allOf, pageSchema } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';

/** Asks each group for itself, 20 to a batch. A group that answers 404 is unknown, not empty and not deleted. */
export async function readGroups(
  client: GraphClient,
  groupIds: readonly string[],
  priority: Priority,
): Promise<ReadonlyMap<string, GroupAnswer>> {
  const ids = [...new Set(groupIds.map(objectId))];
  const found = new Map<string, GroupAnswer>();
  for (let start = 0; start < ids.length; start += BATCH_SIZE) {
    const some = ids.slice(start, start + BATCH_SIZE);
    for (const [id, answer] of await readSome(client, some, priority)) found.set(id, answer);
  }
  return found;
}

async function readSome(
  client: GraphClient,
  ids: readonly string[],
  priority: Priority,
): Promise<ReadonlyMap<string, GroupAnswer>> {
  const requests = ids.map((id) => ({ id, path: `/groups/${id}?$select=${GROUP_SELECT}`, permission: READ_GROUPS }));
  const answers = await sendBatch(client, requests, priority);
  const found = new Map<string, GroupAnswer>();
  for (const request of requests) {
    const { failure, body, status } = answered(answers, request.id);
    if (failure !== undefined && status !== 404) throw failureError(failure, asked(request));
    if (failure !== undefined) {
      found.set(request.id, { evidence: 'unknown' });
      continue;
    }
    const info = classifyGroup(parseAnswer(groupSchema, body, 'a group'));
    if (info.id !== request.id) throw new IncompleteReadingError('Microsoft Graph answered with another group.');
    found.set(request.id, { evidence: (await isReadable(client, info)) ? 'present' : 'unknown', info });
  }
  return found;
}

/**
 * Whether a membership read tells who is in the group. What Graph answers for a hidden membership without the permission is not
 * documented, so it counts as no answer.
 */
export async function isReadable(client: GraphClient, { hiddenMembership }: GroupInfo): Promise<boolean> {
  return !hiddenMembership || (await client.permissions()).has(READ_HIDDEN);
}

const deletedSchema = z.object({ id: objectIdSchema, '@odata.type': z.string().optional() });

/** Whether the recycle bin holds the group. */
export async function isGroupDeleted(client: GraphClient, groupId: string): Promise<boolean> {
  const id = objectId(groupId);
  const call: GraphCall = { path: `/directory/deletedItems/${id}`, permission: READ_GROUPS };
  const answer = await client.send(call);
  if (answer.status === 404) return false;
  const object = parseAnswer(deletedSchema, required(answer, call), 'a deleted item');
  return object.id === id && (object['@odata.type'] ?? '#microsoft.graph.group') === '#microsoft.graph.group';
}

/** Every group whose display name is exactly this one; Graph compares without case, so that is done again here. */
export async function findGroupsByName(client: GraphClient, displayName: string): Promise<readonly GroupInfo[]> {
  const path = `/groups?$filter=${encodeURIComponent(`displayName eq ${literal(displayName)}`)}&$select=${GROUP_SELECT}`;
  const groups = await allOf(client, { path, permission: READ_GROUPS }, groupSchema);
  return groups.map(classifyGroup).filter((group) => group.displayName === displayName);
}

/** Most groups that are suggested. */
const SUGGESTIONS = 20;

/** One page of groups whose names begin so, whatever the capitals. */
export async function suggestGroups(client: GraphClient, beginning: string): Promise<readonly GroupInfo[]> {
  const filter = encodeURIComponent(`startswith(displayName,${literal(beginning)})`);
  const path = `/groups?$filter=${filter}&$select=${GROUP_SELECT}&$top=${SUGGESTIONS}`;
  const call: GraphCall = { path, permission: READ_GROUPS };
  const page = parseAnswer(pageSchema(groupSchema), required(await client.send(call), call), 'a listing');
  return page.value.map(classifyGroup);
}

/** A text inside a filter (OData 4.01, "URL Conventions": a quote stands twice). */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
