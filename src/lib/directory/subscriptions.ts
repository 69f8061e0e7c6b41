import { z } from 'zod';
import { SubscriptionExistsError } from '../errors.ts';
import type { SubscriptionInfo } from '../model/directory.ts';
import type { WantedSubscription } from '../model/directory.ts';
import { READ_GROUPS } from './classify-group.ts';
import { required, type GraphCall, type GraphClient } from './graph-client.ts';
import { objectId } from './object-id.ts';
import { allOf } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import { READ_USERS } from './user-properties.ts';

const subscriptionSchema = z.object({
  id: z.string(),
  resource: z.string(),
  changeType: z.string(),
  notificationUrl: z.string(),
  expirationDateTime: z.string(),
});

/** All subscriptions of this app in the tenant. */
export function listSubscriptions(client: GraphClient): Promise<readonly SubscriptionInfo[]> {
  return allOf(client, { path: '/subscriptions', permission: READ_GROUPS }, subscriptionSchema);
}

/**
 * Creates a subscription; Graph calls both notification URLs before it answers.
 *
 * @throws SubscriptionExistsError when one of the same resource and change type is there (409), RolecallError when the
 * handshake failed (400), AccessDeniedError when the permission is missing or the quota used up (403)
 */
export async function createSubscription(client: GraphClient, wanted: WantedSubscription): Promise<SubscriptionInfo> {
  const call: GraphCall = {
    method: 'POST',
    path: '/subscriptions',
    body: { ...wanted, latestSupportedTlsVersion: 'v1_2' },
    permission: wanted.resource === 'groups' ? READ_GROUPS : READ_USERS,
  };
  const answer = await client.send(call);
  if (answer.status === 409) {
    throw new SubscriptionExistsError(`A subscription on ${wanted.resource} with the same change types exists.`);
  }
  return parseAnswer(subscriptionSchema, required(answer, call), 'the creation of a subscription');
}

/** Renews a subscription, which reauthorizes it too (Graph reference, "Update subscription"). Undefined: it is gone. */
export async function renewSubscription(
  client: GraphClient,
  id: string,
  expirationDateTime: string,
): Promise<SubscriptionInfo | undefined> {
  const call: GraphCall = { method: 'PATCH', ...one(id), body: { expirationDateTime } };
  const answer = await client.send(call);
  if (answer.status === 404) return undefined;
  return parseAnswer(subscriptionSchema, required(answer, call), 'the renewal of a subscription');
}

/** Deletes a subscription; fine when it is gone already. */
export async function deleteSubscription(client: GraphClient, id: string): Promise<void> {
  const call: GraphCall = { method: 'DELETE', ...one(id) };
  const answer = await client.send(call);
  if (answer.status !== 404) required(answer, call);
}

function one(id: string) {
  return { path: `/subscriptions/${objectId(id)}`, permission: `${READ_GROUPS}, ${READ_USERS}` };
}
