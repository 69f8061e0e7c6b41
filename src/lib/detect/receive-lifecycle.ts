import { lifecycleSchema, notificationCollectionSchema } from '../model/notification.ts';
import type { Ports } from '../ports.ts';
import { isOurs } from './receive-notifications.ts';
import { requestJob, requestSweeps } from './request-job.ts';

/** What became of the entries of one POST. */
export interface LifecycleOutcome {
  readonly accepted: number;
  readonly malformed: number;
  readonly strangers: number;
}

/**
 * Handles a parsed body of the lifecycle webhook ("Reduce missing change notifications"). Every event has the subscriptions
 * renewed, which reauthorizes and, where one is gone, creates it; `missed` and `subscriptionRemoved` also have the delta
 * queries read. Returns undefined when the body is not a notification collection.
 *
 * @throws when enqueuing fails: Graph should then send the notifications again
 */
export async function receiveLifecycle(
  portsFor: (tenantId: string) => Ports | undefined,
  body: unknown,
): Promise<LifecycleOutcome | undefined> {
  const collection = notificationCollectionSchema.safeParse(body);
  if (!collection.success) return undefined;
  const counts = { accepted: 0, malformed: 0, strangers: 0 };
  const mayHaveMissed = new Map<Ports, boolean>();
  for (const entry of collection.data.value) {
    const parsed = lifecycleSchema.safeParse(entry);
    if (!parsed.success) {
      counts.malformed += 1;
      continue;
    }
    const { tenantId, clientState, lifecycleEvent } = parsed.data;
    const ports = portsFor(tenantId.toLowerCase());
    if (!ports || !(await isOurs(ports, clientState))) {
      counts.strangers += 1;
      continue;
    }
    counts.accepted += 1;
    mayHaveMissed.set(ports, mayHaveMissed.get(ports) === true || lifecycleEvent !== 'reauthorizationRequired');
  }
  for (const [ports, missed] of mayHaveMissed) {
    await requestJob(ports, 'renew');
    if (missed) await requestSweeps(ports);
  }
  return counts;
}
