import { randomUUID } from 'node:crypto';
import { GraphError } from '../graph/graph-error.ts';
import type { GraphContext, GraphRoute } from '../graph/route.ts';
import { shakeHands } from './handshake.ts';
import { liveSubscriptions, type Subscription } from './subscription.ts';
import * as rules from './subscription-rules.ts';

type Handler = GraphRoute['handle'];

/** The subscription as it is shown; `clientState` only where the caller has just sent it, unless a switch says so. */
function wireSubscription(subscription: Subscription, clientState: string | null): Record<string, unknown> {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.applicationId,
    changeType: subscription.changeType,
    clientState,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime: subscription.expirationDateTime.replace('.000Z', 'Z'),
    creatorId: subscription.creatorId,
    includeResourceData: null,
    latestSupportedTlsVersion: subscription.latestSupportedTlsVersion,
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  };
}

function entity(context: GraphContext, subscription: Subscription, clientState: string | null) {
  const head = { '@odata.context': `${context.baseUrl}/$metadata#subscriptions/$entity` };
  return { ...head, ...wireSubscription(subscription, clientState) };
}

function readableClientState(context: GraphContext, subscription: Subscription): string | null {
  return context.world.control.notifications.returnClientState ? subscription.clientState : null;
}

/** The app's own live subscription of the path, or 404. */
function ownSubscription(context: GraphContext): Subscription {
  const found = liveSubscriptions(context.tenant, context.now).find(({ id }) => id === context.params['id']);
  if (found?.applicationId === context.token.clientId) return found;
  throw new GraphError(404, 'ResourceNotFound', 'The object was not found.');
}

async function validateEndpoint(context: GraphContext, url: string): Promise<void> {
  const fault = await shakeHands(url, context.world.control.notifications.handshakeTimeoutMs);
  if (fault === undefined) return;
  const message =
    'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.';
  throw new GraphError(400, 'ValidationError', message);
}

const create: Handler = async (context) => {
  const settings = context.world.control.notifications;
  const body = rules.parseBody(rules.creationSchema, context.body);
  rules.watchedResource(body.resource);
  rules.changeTypes(body.changeType);
  const lifecycleNotificationUrl = body.lifecycleNotificationUrl ?? null;
  const urls = [body.notificationUrl, ...(lifecycleNotificationUrl === null ? [] : [lifecycleNotificationUrl])];
  for (const url of urls) rules.checkUrl(url, settings);
  const expirationDateTime = rules.grantedExpiration(body.expirationDateTime, settings, context.now);
  rules.checkCreation(context, body);
  for (const url of urls) await validateEndpoint(context, url);
  // Another creation may have come to its end while this one waited for the endpoint.
  rules.checkCreation(context, body);
  const subscription: Subscription = {
    id: randomUUID(),
    resource: body.resource,
    applicationId: context.token.clientId,
    changeType: body.changeType,
    clientState: body.clientState ?? null,
    notificationUrl: body.notificationUrl,
    lifecycleNotificationUrl,
    expirationDateTime,
    creatorId: context.token.principalId,
    latestSupportedTlsVersion: body.latestSupportedTlsVersion ?? 'v1_2',
    authorizedUntil: rules.authorizedUntil(settings, context.now),
  };
  context.tenant.subscriptions.set(subscription.id, subscription);
  return { status: 201, body: entity(context, subscription, subscription.clientState) };
};

const list: Handler = (context) => {
  const { subscriptionPageSize } = context.world.control.notifications;
  const own = liveSubscriptions(context.tenant, context.now).filter(
    ({ applicationId }) => applicationId === context.token.clientId,
  );
  const from = Number(context.query.get('$skiptoken') ?? 0);
  const page = own.slice(from, from + subscriptionPageSize);
  const next = from + page.length;
  const nextLink = { '@odata.nextLink': `${context.baseUrl}/subscriptions?$skiptoken=${next}` };
  return {
    status: 200,
    body: {
      '@odata.context': `${context.baseUrl}/$metadata#subscriptions`,
      ...(next < own.length ? nextLink : {}),
      value: page.map((subscription) => wireSubscription(subscription, readableClientState(context, subscription))),
    },
  };
};

const read: Handler = (context) => {
  const subscription = ownSubscription(context);
  return { status: 200, body: entity(context, subscription, readableClientState(context, subscription)) };
};

const renew: Handler = async (context) => {
  const settings = context.world.control.notifications;
  ownSubscription(context);
  const { expirationDateTime, notificationUrl } = rules.parseBody(rules.renewalSchema, context.body);
  const granted =
    expirationDateTime === undefined
      ? {}
      : { expirationDateTime: rules.grantedExpiration(expirationDateTime, settings, context.now) };
  if (notificationUrl !== undefined) {
    rules.checkUrl(notificationUrl, settings);
    if (settings.handshakeOnPatch) await validateEndpoint(context, notificationUrl);
  }
  const renewed: Subscription = {
    // Read again: it may have gone while the endpoint was asked.
    ...ownSubscription(context),
    ...granted,
    ...(notificationUrl === undefined ? {} : { notificationUrl }),
    authorizedUntil: rules.authorizedUntil(settings, context.now),
  };
  context.tenant.subscriptions.set(renewed.id, renewed);
  return { status: 200, body: entity(context, renewed, renewed.clientState) };
};

const reauthorize: Handler = (context) => {
  const subscription = ownSubscription(context);
  const authorizedUntil = rules.authorizedUntil(context.world.control.notifications, context.now);
  context.tenant.subscriptions.set(subscription.id, { ...subscription, authorizedUntil });
  return { status: 204 };
};

const remove: Handler = (context) => {
  const subscription = ownSubscription(context);
  context.tenant.subscriptions.delete(subscription.id);
  if (context.world.control.notifications.deliverAfterDelete) {
    context.tenant.subscriptions.lingering.set(subscription.id, subscription);
  }
  return { status: 204 };
};

/**
 * `/subscriptions` of Graph v1.0. Their cost in resource units is not published; they are not in the identity table.
 * @see https://learn.microsoft.com/graph/api/resources/subscription
 */
export const subscriptionRoutes: readonly GraphRoute[] = [
  { method: 'POST', path: '/subscriptions', units: 1, allow: [], handle: create },
  { method: 'GET', path: '/subscriptions', units: 1, allow: [], handle: list },
  { method: 'GET', path: '/subscriptions/{id}', units: 1, allow: [], handle: read },
  { method: 'PATCH', path: '/subscriptions/{id}', units: 1, allow: [], handle: renew },
  { method: 'DELETE', path: '/subscriptions/{id}', units: 1, allow: [], handle: remove },
  { method: 'POST', path: '/subscriptions/{id}/reauthorize', units: 1, allow: [], handle: reauthorize },
];
