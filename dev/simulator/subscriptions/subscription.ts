import type { Tenant } from '../world/tenant.ts';

/** A stored change notification subscription; plain JSON, because it is saved with the tenant. Times are ISO 8601 UTC. */
export interface Subscription {
  id: string;
  /** As the app wrote it. */
  resource: string;
  applicationId: string;
  creatorId: string;
  changeType: string;
  clientState: string | null;
  notificationUrl: string;
  lifecycleNotificationUrl: string | null;
  expirationDateTime: string;
  latestSupportedTlsVersion: string;
  /** Until when deliveries are covered by an access token; creation, renewal and reauthorization push it on. */
  authorizedUntil: string;
}

/** A tenant's subscriptions by id. Values are replaced, never changed in place, so that `set` sees every change. */
export class SubscriptionTable extends Map<string, Subscription> {
  /** Deleted subscriptions that keep receiving (the switch `deliverAfterDelete`). */
  readonly lingering = new Map<string, Subscription>();
  // Created on first use: Map's own constructor may call `set` before fields exist.
  #listeners: Set<(subscription: Subscription) => void> | undefined;

  override set(id: string, subscription: Subscription): this {
    super.set(id, subscription);
    for (const listener of this.#listeners ?? []) listener(subscription);
    return this;
  }

  /** Calls the listener for each subscription there is and each one stored later, renewals included. */
  onSet(listener: (subscription: Subscription) => void): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    for (const subscription of this.values()) listener(subscription);
  }
}

/** The subscriptions that have not expired at `now` (ms since the epoch); expired ones are forgotten on the way. */
export function liveSubscriptions(tenant: Tenant, now: number): readonly Subscription[] {
  const live: Subscription[] = [];
  for (const subscription of tenant.subscriptions.values()) {
    if (Date.parse(subscription.expirationDateTime) > now) live.push(subscription);
    else tenant.subscriptions.delete(subscription.id);
  }
  return live;
}
