import { z } from 'zod';
import { GraphError } from '../graph/graph-error.ts';
import type { GraphContext } from '../graph/route.ts';
import type { NotificationSettings } from './notification-settings.ts';
import { parseResourcePath, type WatchedResource } from './resource-path.ts';
import { liveSubscriptions, type Subscription } from './subscription.ts';

const MINUTE_MS = 60_000;
const dateTime = z.iso.datetime({ offset: true });

/** What `POST /subscriptions` accepts. */
export const creationSchema = z.object({
  changeType: z.string(),
  resource: z.string(),
  notificationUrl: z.string(),
  lifecycleNotificationUrl: z.string().nullish(),
  expirationDateTime: dateTime,
  clientState: z.string().max(128).nullish(),
  latestSupportedTlsVersion: z.enum(['v1_0', 'v1_1', 'v1_2', 'v1_3']).nullish(),
  includeResourceData: z.literal(false).nullish(),
});

/** What `PATCH /subscriptions/{id}` accepts: nothing else can be changed, and something must be. */
export const renewalSchema = z
  .strictObject({ expirationDateTime: dateTime.optional(), notificationUrl: z.string().optional() })
  .refine((body) => Object.keys(body).length > 0, 'Nothing to update.');

export function invalidRequest(message: string): GraphError {
  return new GraphError(400, 'InvalidRequest', message);
}

/** Parses a request body or answers 400 with what is wrong, member by member. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw invalidRequest(`The subscription request is not valid. ${faults.join(' ')}`);
}

/** The watched resource, or 400. */
export function watchedResource(resource: string): WatchedResource {
  const watched = parseResourcePath(resource);
  if (watched === undefined) throw invalidRequest(`Resource '${resource}' is not supported for subscriptions.`);
  return watched;
}

/** `updated,deleted` as a sorted list; users and groups know only these two. */
export function changeTypes(changeType: string): readonly string[] {
  const types = changeType.split(',').map((type) => type.trim().toLowerCase());
  const unknown = types.find((type) => type !== 'updated' && type !== 'deleted');
  if (unknown !== undefined) throw invalidRequest(`The changeType '${unknown}' is not supported for this resource.`);
  return [...new Set(types)].sort();
}

/** Refuses a URL Graph would never call. */
export function checkUrl(url: string, settings: NotificationSettings): void {
  const parsed = URL.parse(url);
  const loopback = parsed !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname);
  if (parsed?.protocol === 'https:') return;
  if (parsed?.protocol === 'http:' && loopback && settings.allowHttpOnLoopback) return;
  throw invalidRequest('The notification URL must be an absolute HTTPS URL.');
}

/** The expiration that is granted: raised to the floor, refused in the past and above the ceiling. ISO 8601 UTC. */
export function grantedExpiration(requested: string, settings: NotificationSettings, now: number): string {
  const wanted = Date.parse(requested);
  if (wanted <= now) throw invalidRequest('Subscription expiration must be in the future.');
  if (wanted > now + settings.maximumLifetimeMinutes * MINUTE_MS) {
    const limit = settings.maximumLifetimeMinutes;
    throw invalidRequest(`Subscription expiration can only be ${limit} minutes in the future.`);
  }
  return new Date(Math.max(wanted, now + settings.minimumLifetimeMinutes * MINUTE_MS)).toISOString();
}

/** Until when a subscription that was just authorized may receive. ISO 8601 UTC. */
export function authorizedUntil(settings: NotificationSettings, now: number): string {
  return new Date(now + settings.authorizationMinutes * MINUTE_MS).toISOString();
}

function extensionError(status: number, statusName: string, reason: string): GraphError {
  const message = `Operation: Create; Exception: [Status Code: ${statusName}; Reason: ${reason}]`;
  return new GraphError(status, 'ExtensionError', message);
}

/**
 * The permission the resource asks for, exactly as listed: a write permission in its place is not accepted
 * (https://learn.microsoft.com/graph/api/subscription-post-subscriptions). Its absence was seen as a 403 with an empty
 * reason.
 */
function checkPermission(context: GraphContext, watched: WatchedResource): void {
  const needed = isAboutUsers(watched) ? 'User.Read.All' : 'Group.Read.All';
  if (!context.token.roles.has(needed)) throw extensionError(403, 'Forbidden', '');
}

function isAboutUsers(watched: WatchedResource): boolean {
  return watched.kind === 'users' || watched.kind === 'user';
}

/** What makes two subscriptions of one app the same. */
function combination(resource: string, changeType: string): string {
  return JSON.stringify([parseResourcePath(resource), changeTypes(changeType)]);
}

/** Refuses a new subscription that is not permitted, exists already (409) or exceeds a quota (403). */
export function checkCreation(context: GraphContext, wanted: Pick<Subscription, 'resource' | 'changeType'>): void {
  const { world, tenant, token, now } = context;
  const watched = watchedResource(wanted.resource);
  checkPermission(context, watched);
  const inTenant = liveSubscriptions(tenant, now);
  const own = inTenant.filter(({ applicationId }) => applicationId === token.clientId);
  const key = combination(wanted.resource, wanted.changeType);
  const twin = own.find(({ resource, changeType }) => combination(resource, changeType) === key);
  if (twin !== undefined) {
    throw extensionError(409, 'Conflict', `Subscription Id ${twin.id} already exists for the requested combination`);
  }
  const settings = world.control.notifications;
  const refuse = (limit: number): never => {
    const kind = isAboutUsers(watched) ? 'USERS' : 'GROUPS';
    const reason = `App '${token.clientId}' has reached its limit of '${limit}' '${kind}' subscription on tenant '${tenant.id}'`;
    throw extensionError(403, 'Forbidden', reason);
  };
  if (own.length >= settings.subscriptionsPerAppAndTenant) refuse(settings.subscriptionsPerAppAndTenant);
  if (inTenant.length >= settings.subscriptionsPerTenant) refuse(settings.subscriptionsPerTenant);
  const everywhere = [...world.tenants.values()].flatMap((each) => liveSubscriptions(each, now));
  if (
    everywhere.filter(({ applicationId }) => applicationId === token.clientId).length >= settings.subscriptionsPerApp
  ) {
    refuse(settings.subscriptionsPerApp);
  }
}
