import { z } from 'zod';
import { IncompleteReadingError } from '../errors.ts';
import type { FoundReading, MissingReading, UserReading } from '../model/reading.ts';
import type { Priority } from '../model/directory.ts';
import type { Clock } from '../ports.ts';
import { answered, sendBatch, type BatchRequest } from './batch.ts';
import { READ_GROUPS, READ_HIDDEN } from './classify-group.ts';
import type { GraphAnswer, GraphClient } from './graph-client.ts';
import { failureError } from './graph-failure.ts';
import { objectId, objectIdSchema } from './object-id.ts';
import { allOf, PAGE_SIZE, pageSchema } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import { accountTypeOf, assertReadable, identityOf, READ_USERS, USER_SELECT, userSchema } from './user-properties.ts';

interface Parts {
  readonly client: GraphClient;
  readonly clock: Clock;
}

const idsSchema = pageSchema(objectIdSchema);
const idOnly = z.object({ id: objectIdSchema });
const typedId = idOnly.extend({ '@odata.type': z.string().optional() });

/**
 * One fresh look at one user: one HTTP request and 3 resource units, 4 with direct membership (Microsoft Graph throttling
 * limits: user 1, getMemberGroups 2, memberOf with `$select` 1). After a 404 a second batch says what the id is.
 */
export async function readUser(
  { client, clock }: Parts,
  givenId: string,
  { direct, priority }: { readonly direct: boolean; readonly priority: Priority },
): Promise<UserReading> {
  const userId = objectId(givenId);
  const startedDateTime = clock.now().toISOString();
  const readHidden = await readsHidden(client);
  const answers = await sendBatch(client, userRequests(userId, direct), priority);
  const user = answered(answers, 'user');
  const content =
    user.status === 404
      ? await readMissing(client, userId, priority)
      : {
          ...(await readFound(client, userId, answers, { direct, priority })),
          // The token may have been renewed meanwhile, with other permissions.
          readsHidden: readHidden && (await readsHidden(client)),
        };
  return { ...content, startedDateTime, completedDateTime: clock.now().toISOString() };
}

async function readsHidden(client: GraphClient): Promise<boolean> {
  return (await client.permissions()).has(READ_HIDDEN);
}

function userRequests(userId: string, direct: boolean): readonly BatchRequest[] {
  const user: BatchRequest = { id: 'user', path: `/users/${userId}?$select=${USER_SELECT}`, permission: READ_USERS };
  const groups: BatchRequest = {
    id: 'groups',
    method: 'POST',
    path: `/users/${userId}/getMemberGroups`,
    // False: distribution groups and Microsoft 365 groups count as well; what no rule maps is ignored.
    body: { securityEnabledOnly: false },
    permission: `${READ_USERS}, ${READ_GROUPS}`,
  };
  if (!direct) return [user, groups];
  return [user, groups, { id: 'direct', path: listingPath(userId, 'memberOf'), permission: READ_GROUPS }];
}

function listingPath(userId: string, reach: 'memberOf' | 'transitiveMemberOf'): string {
  return `/users/${userId}/${reach}?$select=id&$top=${PAGE_SIZE}`;
}

async function readFound(
  client: GraphClient,
  userId: string,
  answers: ReadonlyMap<string, GraphAnswer>,
  { direct, priority }: { direct: boolean; priority: Priority },
): Promise<Omit<FoundReading, 'startedDateTime' | 'completedDateTime' | 'readsHidden'>> {
  const user = parseAnswer(userSchema, bodyOf(answers, 'user'), 'a user');
  if (user.id !== userId) throw new IncompleteReadingError('Microsoft Graph answered with another user.');
  assertReadable(user);
  const groups = await readGroupIds(client, userId, answers, priority);
  const directGroups = direct ? await readDirectGroupIds(client, answers, priority) : undefined;
  return {
    kind: 'found',
    identity: identityOf(user),
    accountEnabled: user.accountEnabled ?? undefined,
    userType: accountTypeOf(user),
    groups,
    ...(directGroups === undefined ? {} : { directGroups }),
  };
}

/** All groups, nested ones included. The action refuses above 11,000 of them, where the listing goes on. */
async function readGroupIds(
  client: GraphClient,
  userId: string,
  answers: ReadonlyMap<string, GraphAnswer>,
  priority: Priority,
): Promise<ReadonlySet<string>> {
  const isTooLong = answered(answers, 'groups').failure?.codes.includes('Directory_ResultSizeLimitExceeded') === true;
  if (!isTooLong) {
    const page = parseAnswer(idsSchema, bodyOf(answers, 'groups'), 'getMemberGroups');
    if (page['@odata.nextLink'] === undefined) return new Set(page.value);
  }
  const path = listingPath(userId, 'transitiveMemberOf');
  const objects = await allOf(client, { path, priority, permission: READ_GROUPS }, idOnly);
  return new Set(objects.map(({ id }) => id));
}

async function readDirectGroupIds(
  client: GraphClient,
  answers: ReadonlyMap<string, GraphAnswer>,
  priority: Priority,
): Promise<ReadonlySet<string>> {
  const page = parseAnswer(pageSchema(idOnly), bodyOf(answers, 'direct'), 'memberOf');
  const next = page['@odata.nextLink'];
  const rest = next === undefined ? [] : await allOf(client, { path: next, priority, permission: READ_GROUPS }, idOnly);
  return new Set([...page.value, ...rest].map(({ id }) => id));
}

/** The body of a part that must have succeeded beside a user who was found; 404 there is half an answer. */
function bodyOf(answers: ReadonlyMap<string, GraphAnswer>, id: string): unknown {
  const { failure, body } = answered(answers, id);
  if (failure !== undefined) {
    throw failureError(failure, { method: 'GET', path: `the user's part '${id}'`, permission: READ_USERS });
  }
  return body;
}

/** What an id is that no user answers to. Neither deleted nor a group proves nothing. */
async function readMissing(client: GraphClient, id: string, priority: Priority): Promise<Pick<MissingReading, 'kind'>> {
  const answers = await sendBatch(
    client,
    [
      { id: 'deleted', path: `/directory/deletedItems/${id}`, permission: `${READ_USERS}, ${READ_GROUPS}` },
      { id: 'group', path: `/groups/${id}?$select=id`, permission: READ_GROUPS },
    ],
    priority,
  );
  if (isThere(answers, 'group', id) !== undefined) return { kind: 'group' };
  const deleted = isThere(answers, 'deleted', id);
  if (deleted === undefined) return { kind: 'absent' };
  return { kind: deleted['@odata.type'] === '#microsoft.graph.group' ? 'group' : 'deleted' };
}

function isThere(answers: ReadonlyMap<string, GraphAnswer>, part: string, id: string) {
  if (answered(answers, part).status === 404) return undefined;
  const object = parseAnswer(typedId, bodyOf(answers, part), 'an id');
  if (object.id !== id) throw new IncompleteReadingError('Microsoft Graph answered with another object.');
  return object;
}
