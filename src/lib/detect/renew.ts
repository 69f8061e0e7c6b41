import { randomBytes } from 'node:crypto';
import { SubscriptionExistsError } from '../errors.ts';
import type { SubscriptionInfo } from '../model/directory.ts';
import type { StoredSubscription } from '../model/watched-group.ts';
import type { Ports } from '../ports.ts';
import type { JobResult, JobRun } from './run-job.ts';
import { clientStateHash } from './sender-check.ts';
import { requestSweeps } from './request-job.ts';

/** Graph's maximum for directory resources is 41,760 minutes; a day less leaves room for clocks. Milliseconds. */
const lifetimeMilliseconds = 40_320 * 60_000;

const resources = ['groups', 'users'] as const;

/** The renew job: keeps one `/groups` and one `/users` subscription alive. What cannot be kept now is tried again. */
export async function renew(ports: Ports, run: JobRun): Promise<JobResult> {
  const stored = await ports.subscriptions.list();
  const failures: unknown[] = [];
  let created = 0;
  for (const resource of resources) {
    const known = stored.find((subscription) => subscription.resource === resource);
    try {
      if (await keep(ports, resource, known)) created += 1;
    } catch (error) {
      // One that fails must not keep the other from being renewed.
      ports.log.error('A subscription could not be kept; it is tried again.', error, { resource });
      failures.push(error);
    }
    await run.checkpoint({ kind: 'renew' });
  }
  // What happened while there was no subscription was announced to nobody.
  if (created > 0) await requestSweeps(ports);
  if (failures.length > 0) throw failures[0];
  return { state: { kind: 'renew' }, finished: true, counts: { created } };
}

/** True when the subscription had to be created. */
async function keep(
  ports: Ports,
  resource: StoredSubscription['resource'],
  known: StoredSubscription | undefined,
): Promise<boolean> {
  const sameAddress = known?.notificationUrl === ports.notificationUrl;
  if (known?.subscriptionId !== undefined && sameAddress) {
    const renewed = await ports.directory.renewSubscription(known.subscriptionId, expiration(ports));
    if (renewed) {
      await ports.subscriptions.save({ ...known, expirationDateTime: renewed.expirationDateTime });
      ports.log.info('A subscription was renewed.', { resource, until: renewed.expirationDateTime });
      return false;
    }
    ports.log.warn('A subscription was gone and is created again.', { resource });
  }
  // The address of a subscription's lifecycle events can't be changed: another address means another subscription.
  if (known?.subscriptionId !== undefined && !sameAddress)
    await ports.directory.deleteSubscription(known.subscriptionId);
  await create(ports, resource, known);
  return true;
}

async function create(
  ports: Ports,
  resource: StoredSubscription['resource'],
  known: StoredSubscription | undefined,
): Promise<void> {
  // An earlier creation whose answer was lost may have left one that knows a secret we no longer do.
  if (known && known.subscriptionId === undefined) await deleteExisting(ports, resource);
  const clientState = randomBytes(48).toString('base64url');
  // The subscription before this one may still deliver for a while; attempts in between were told to nobody for long.
  const previous = known?.subscriptionId === undefined ? known?.previousClientStateHash : known.clientStateHash;
  const stored: StoredSubscription = {
    resource,
    clientStateHash: clientStateHash(clientState),
    ...(previous === undefined ? {} : { previousClientStateHash: previous }),
    notificationUrl: ports.notificationUrl,
  };
  // Stored before it is created, so that its first notification is never a stranger.
  await ports.subscriptions.save(stored);
  const wanted = {
    resource,
    changeType: 'updated,deleted',
    notificationUrl: `${ports.notificationUrl}/api/graph/notifications`,
    lifecycleNotificationUrl: `${ports.notificationUrl}/api/graph/lifecycle`,
    expirationDateTime: expiration(ports),
    clientState,
  };
  await ports.warmEndpoint();
  try {
    await remember(ports, stored, await ports.directory.createSubscription(wanted));
  } catch (error) {
    if (!(error instanceof SubscriptionExistsError)) throw error;
    // Its secret is not the one we just made: it goes, and this attempt's secret is given to its successor.
    await deleteExisting(ports, resource);
    await remember(ports, stored, await ports.directory.createSubscription(wanted));
  }
}

/** Deletes our subscriptions of a resource whose secret nobody knows any more. */
async function deleteExisting(ports: Ports, resource: StoredSubscription['resource']): Promise<void> {
  for (const existing of await ports.directory.listSubscriptions()) {
    if (existing.resource !== resource) continue;
    ports.log.warn('A subscription with an unknown secret is deleted.', { resource });
    await ports.directory.deleteSubscription(existing.id);
  }
}

async function remember(ports: Ports, stored: StoredSubscription, info: SubscriptionInfo): Promise<void> {
  await ports.subscriptions.save({ ...stored, subscriptionId: info.id, expirationDateTime: info.expirationDateTime });
  ports.log.info('A subscription is in place.', { resource: stored.resource, until: info.expirationDateTime });
}

function expiration(ports: Ports): string {
  return new Date(ports.clock.now().getTime() + lifetimeMilliseconds).toISOString();
}
