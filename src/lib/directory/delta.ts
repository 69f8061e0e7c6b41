import { z } from 'zod';
import { IncompleteReadingError, InvalidInputError } from '../errors.ts';
import type { DeltaPage, GroupDeltaEntry, UserEntry } from '../model/directory.ts';
import { READ_GROUPS } from './classify-group.ts';
import { required, type GraphCall, type GraphClient } from './graph-client.ts';
import { memberType } from './list-members.ts';
import { objectId, objectIdSchema } from './object-id.ts';
import { parseAnswer } from './parse-answer.ts';
import { READ_USERS, toUserEntry, USER_SELECT, userSchema } from './user-properties.ts';

/** Graph takes at most this many ids in the filter of a delta query (delta query overview). */
const MOST_GROUPS = 50;

/** An annotation that is a string in one place of Graph and an object in another: its presence is what counts. */
const removed = z.unknown().optional();

const groupSchema = z.object({
  id: objectIdSchema,
  displayName: z.string().nullish(),
  '@removed': removed,
  'members@delta': z
    .array(z.object({ id: objectIdSchema, '@odata.type': z.string().optional(), '@removed': removed }))
    .default([]),
});

const userEntrySchema = userSchema.extend({ '@removed': removed });

/**
 * One page of a groups delta round: the first of a stream that starts now and tracks the given groups, or the one behind a
 * link. The set of groups is baked into the links.
 *
 * @throws DeltaResetError when Graph refuses the link: too old, reset, or obtained from a repeated request
 */
export async function readGroupsDelta(
  client: GraphClient,
  start: { readonly groupIds: readonly string[] } | { readonly link: string },
): Promise<DeltaPage<GroupDeltaEntry>> {
  const call = 'link' in start ? linkCall(start.link, READ_GROUPS) : groupsFromNow(start.groupIds);
  const page = await readPage(client, call, groupSchema);
  return { ...page, entries: page.entries.map(toGroupEntry) };
}

/** One page of a users delta round: an empty first one that starts now, or the one behind a link. Throws as above. */
export async function readUsersDelta(
  client: GraphClient,
  start: { readonly now: true } | { readonly link: string },
): Promise<DeltaPage<UserEntry>> {
  const fromNow: GraphCall = {
    path: `/users/delta?$deltatoken=latest&$select=${USER_SELECT}`,
    priority: 'low',
    permission: READ_USERS,
  };
  const page = await readPage(client, 'link' in start ? linkCall(start.link, READ_USERS) : fromNow, userEntrySchema);
  return { ...page, entries: page.entries.map(toUser) };
}

function groupsFromNow(groupIds: readonly string[]): GraphCall {
  if (groupIds.length === 0 || groupIds.length > MOST_GROUPS) {
    throw new InvalidInputError(`A groups delta tracks 1 to ${MOST_GROUPS} groups, not ${groupIds.length}.`);
  }
  const filter = encodeURIComponent(groupIds.map((id) => `id eq '${objectId(id)}'`).join(' or '));
  const path = `/groups/delta?$deltatoken=latest&$select=id,displayName,members&$filter=${filter}`;
  return { path, priority: 'low', permission: READ_GROUPS };
}

function linkCall(link: string, permission: string): GraphCall {
  return { path: link, priority: 'low', permission, followsDelta: true };
}

async function readPage<T>(client: GraphClient, call: GraphCall, item: z.ZodType<T>): Promise<DeltaPage<T>> {
  const schema = z.object({
    value: z.array(item),
    '@odata.nextLink': z.string().optional(),
    '@odata.deltaLink': z.string().optional(),
  });
  const body = parseAnswer(schema, required(await client.send(call), call), 'a delta query');
  const { '@odata.nextLink': next, '@odata.deltaLink': delta, value: entries } = body;
  if (next !== undefined) return { entries, next };
  if (delta === undefined) throw new IncompleteReadingError('A delta page has no link to go on with.');
  return { entries, delta };
}

function toGroupEntry(group: z.infer<typeof groupSchema>): GroupDeltaEntry {
  const reason = removalReason(group['@removed']);
  return {
    id: group.id,
    ...(typeof group.displayName === 'string' ? { displayName: group.displayName } : {}),
    ...(reason === undefined ? {} : { removed: reason }),
    members: group['members@delta'].map((member) => ({
      id: member.id,
      // Without a type it is looked at as a user; the look says if it is a group.
      type: memberType(member['@odata.type'] ?? 'user'),
      left: removalReason(member['@removed']) !== undefined,
    })),
  };
}

function toUser(user: z.infer<typeof userEntrySchema>): UserEntry {
  const reason = removalReason(user['@removed']);
  return { ...toUserEntry(user), ...(reason === undefined ? {} : { removed: reason }) };
}

/** `changed`: in the recycle bin; `deleted`: gone for good. Undefined: not removed. */
function removalReason(annotation: unknown): 'changed' | 'deleted' | undefined {
  if (annotation === undefined || annotation === null) return undefined;
  const reason = z.object({ reason: z.string() }).safeParse(annotation).data?.reason ?? annotation;
  return reason === 'changed' ? 'changed' : 'deleted';
}
