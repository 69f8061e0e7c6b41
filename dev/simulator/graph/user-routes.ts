import { z } from 'zod';
import type { HttpReply } from '../http-message.ts';
import { directoryUser, type DirectoryUser } from '../world/directory-object.ts';
import { badRequest, notFound } from './graph-error.ts';
import { listObjects } from './list-objects.ts';
import { contextOf, countReply } from './page.ts';
import { param, parseBody } from './parse-body.ts';
import { DEFAULT_USER_PROPERTIES, project, userView } from './projection.ts';
import type { GraphContext, GraphRoute } from './route.ts';
import { changedOnly, definedOnly } from './property-changes.ts';

const READ = [['User.Read.All'], ['User.ReadBasic.All']];
const WRITE = [['User.ReadWrite.All']];

const text = z.string().nullable();

/** Properties that a caller may set. `externalUserState` is writable here only, so that an invitation can be played. */
const writableSchema = z
  .object({
    displayName: z.string().min(1).max(256),
    userPrincipalName: z.string().includes('@'),
    mail: text,
    accountEnabled: z.boolean(),
    userType: z.enum(['Member', 'Guest']).nullable(),
    externalUserState: z.enum(['PendingAcceptance', 'Accepted']).nullable(),
    givenName: text,
    surname: text,
    jobTitle: text,
    department: text,
    companyName: text,
    employeeId: text,
    mobilePhone: text,
    officeLocation: text,
    preferredLanguage: text,
    businessPhones: z.array(z.string()).max(1),
  })
  .partial();

const requiredSchema = z.object({
  displayName: z.string(),
  userPrincipalName: z.string(),
  accountEnabled: z.boolean(),
  mailNickname: z.string().min(1),
  passwordProfile: z.object({ password: z.string() }),
});

function list(context: GraphContext): HttpReply {
  const { directory, query, token } = context;
  return listObjects(context, {
    entitySet: 'users',
    ids: () => directory.userIds(),
    object: (id) => directory.user(id),
    json: userView(query, token),
  });
}

function read(context: GraphContext): HttpReply {
  const user = liveUser(context);
  const body = userView(context.query, context.token)(user);
  return { status: 200, body: { '@odata.context': `${contextOf(context, 'users')}/$entity`, ...body } };
}

function create(context: GraphContext): HttpReply {
  parseBody(requiredSchema, context);
  const properties = withStateTime(definedOnly(parseBody(writableSchema, context)), context.now);
  refuseTakenName(context, properties.userPrincipalName);
  const { directory } = context.tenant;
  const userId = context.world.random.guid();
  const createdDateTime = new Date(context.now).toISOString();
  directory.apply({ kind: 'userCreated', userId, properties: { ...properties, createdDateTime } });
  const user = directory.user(userId) ?? directoryUser({ id: userId, createdDateTime });
  const body = project(user, DEFAULT_USER_PROPERTIES, 'user');
  return { status: 201, body: { '@odata.context': `${context.baseUrl}/$metadata#users/$entity`, ...body } };
}

function update(context: GraphContext): HttpReply {
  const user = liveUser(context, context.tenant.directory);
  const given = withStateTime(definedOnly(parseBody(writableSchema, context)), context.now);
  const properties = changedOnly(user, given);
  if (properties.userPrincipalName !== undefined) refuseTakenName(context, properties.userPrincipalName, user.id);
  if (Object.keys(properties).length > 0) {
    context.tenant.directory.apply({ kind: 'userUpdated', userId: user.id, properties });
  }
  return { status: 204 };
}

function remove(context: GraphContext): HttpReply {
  const user = liveUser(context, context.tenant.directory);
  context.tenant.directory.apply({ kind: 'userDeleted', userId: user.id });
  return { status: 204 };
}

/** The user of the path by id or user principal name; soft-deleted and unknown ones are 404 alike. */
export function liveUser(context: GraphContext, directory = context.directory): DirectoryUser {
  const id = param(context, 'id');
  const user = directory.user(id);
  if (user === undefined) throw notFound(id);
  return user;
}

function withStateTime<T extends { externalUserState?: unknown }>(given: T, now: number) {
  if (given.externalUserState === undefined) return given;
  return { ...given, externalUserStateChangeDateTime: new Date(now).toISOString() };
}

function refuseTakenName(context: GraphContext, name: string | undefined, ownId?: string): void {
  const holder = name === undefined ? undefined : context.tenant.directory.user(name);
  if (holder === undefined || holder.id === ownId) return;
  throw badRequest('Another object with the same value for property userPrincipalName already exists.');
}

/** `/users`, `/users/{id or userPrincipalName}`. */
export const userRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: '/users', units: 2, allow: READ, handle: list },
  {
    method: 'GET',
    path: '/users/$count',
    units: 1,
    allow: READ,
    handle: (context) => countReply(context, context.directory.userIds().length),
  },
  { method: 'POST', path: '/users', units: 1, allow: WRITE, handle: create },
  { method: 'GET', path: '/users/{id}', units: 1, allow: READ, handle: read },
  { method: 'PATCH', path: '/users/{id}', units: 1, allow: WRITE, handle: update },
  { method: 'DELETE', path: '/users/{id}', units: 1, allow: WRITE, handle: remove },
];
