import type { NotificationSettings } from '../subscriptions/notification-settings.ts';
import { liveSubscriptions, type Subscription } from '../subscriptions/subscription.ts';
import type { DirectoryChange } from '../world/change.ts';
import type { Tenant } from '../world/tenant.ts';
import type { World } from '../world/world.ts';
import {
  concerns,
  notificationEntries,
  reauthorizationRequired,
  type NotificationEntry,
} from './change-notification.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** Sends change notifications for one world: it watches every tenant's directory. */
export interface Delivery {
  /** Notifications that are not yet acknowledged, discarded or lost, paused ones included. */
  pending(): number;
  /** Forgets what is pending, and how fast endpoints answered. */
  reset(): void;
  /** Stops all timers and connections. */
  close(): void;
}

const MINUTE_MS = 60_000;

/** A notification that waits until its subscription is authorized again. */
interface Paused {
  readonly entry: NotificationEntry;
  /** Simulated time of its change. */
  readonly since: number;
}

/** Called once by `startSimulator`, after the world is made. New tenants are announced by `world.onTenant`. */
export function createDelivery(world: World): Delivery {
  let current = new TenantWatch(world);
  const stopListening = watchTenants(world, () => current);
  return {
    pending: () => current.pending(),
    reset() {
      current.close();
      current = new TenantWatch(world);
      for (const tenant of world.tenants.values()) {
        for (const subscription of tenant.subscriptions.values()) current.subscriptionSet(tenant, subscription);
      }
    },
    close() {
      stopListening();
      current.close();
    },
  };
}

/** Feeds changes and subscriptions of every tenant to the watch of the day. Returns what ends that. */
function watchTenants(world: World, watch: () => TenantWatch): () => void {
  const stops: (() => void)[] = [];
  world.onTenant((tenant) => {
    stops.push(
      tenant.directory.onChange((change) => {
        watch().changed(tenant, change);
      }),
    );
    tenant.subscriptions.onSet((subscription) => {
      watch().subscriptionSet(tenant, subscription);
    });
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** From changes to dispatched entries, with the switches for loss, duplication, reordering and delay. */
class TenantWatch {
  readonly #world: World;
  readonly #timeline: Timeline;
  readonly #dispatcher: Dispatcher;
  readonly #changes = new Map<Tenant, DirectoryChange[]>();
  readonly #paused = new Map<string, Paused[]>();
  #closed = false;

  constructor(world: World) {
    this.#world = world;
    this.#timeline = createTimeline(world.clock);
    this.#dispatcher = createDispatcher({
      now: () => world.clock.now(),
      timeline: this.#timeline,
      settings: world.control.notifications,
      counts: world.control.counters.notifications,
    });
  }

  get #settings(): NotificationSettings {
    return this.#world.control.notifications;
  }

  /** Counts changes that are not yet made into notifications as well, so that 0 means: nothing will follow. */
  pending(): number {
    const waiting = [...this.#changes.values()].reduce((sum, changes) => sum + changes.length, 0);
    const paused = [...this.#paused.values()].reduce((sum, entries) => sum + entries.length, 0);
    return waiting + paused + this.#dispatcher.pending();
  }

  close(): void {
    this.#closed = true;
    this.#timeline.close();
    this.#dispatcher.close();
  }

  changed(tenant: Tenant, change: DirectoryChange): void {
    if (this.#closed) return;
    if (!this.#receivers(tenant).some((subscription) => concerns(subscription, change))) return;
    const gathered = this.#changes.get(tenant);
    if (gathered !== undefined) {
      gathered.push(change);
      return;
    }
    this.#changes.set(tenant, [change]);
    const flush = (): void => {
      this.#flush(tenant);
    };
    if (this.#settings.batchWindowMs === 0) setImmediate(flush);
    else this.#timeline.at(this.#world.clock.now() + this.#settings.batchWindowMs, flush);
  }

  /** A subscription is new, renewed or reauthorized: what was paused goes out, and its next challenge is planned. */
  subscriptionSet(tenant: Tenant, subscription: Subscription): void {
    if (this.#closed) return;
    this.#release(subscription);
    const leadMs = this.#settings.reauthorizationLeadMinutes * MINUTE_MS;
    this.#timeline.at(Date.parse(subscription.authorizedUntil) - leadMs, () => {
      // Only the newest version counts; an older one has been renewed since.
      if (tenant.subscriptions.get(subscription.id) !== subscription) return;
      const { lifecycleNotificationUrl, expirationDateTime } = subscription;
      if (lifecycleNotificationUrl === null || Date.parse(expirationDateTime) <= this.#world.clock.now()) return;
      this.#dispatcher.dispatch(lifecycleNotificationUrl, reauthorizationRequired(tenant.id, subscription), 0);
    });
  }

  #receivers(tenant: Tenant): readonly Subscription[] {
    return [...liveSubscriptions(tenant, this.#world.clock.now()), ...tenant.subscriptions.lingering.values()];
  }

  #flush(tenant: Tenant): void {
    const changes = this.#changes.get(tenant) ?? [];
    this.#changes.delete(tenant);
    if (this.#closed) return;
    for (const subscription of this.#receivers(tenant)) {
      const concerning = changes.filter((change) => concerns(subscription, change));
      for (const entry of notificationEntries(tenant.id, subscription, concerning, this.#settings)) {
        this.#send(subscription, entry);
      }
    }
  }

  #send(subscription: Subscription, entry: NotificationEntry): void {
    const { random, clock, control } = this.#world;
    const settings = this.#settings;
    if (random.chance(settings.loss)) {
      control.counters.notifications.lost += 1;
      return;
    }
    if (settings.pauseUntilReauthorized && Date.parse(subscription.authorizedUntil) <= clock.now()) {
      this.#paused.set(subscription.id, [...(this.#paused.get(subscription.id) ?? []), { entry, since: clock.now() }]);
      return;
    }
    const copies = random.chance(settings.duplication) ? 2 : 1;
    control.counters.notifications.duplicated += copies - 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const held = random.chance(settings.reordering) ? Math.ceil(random.next() * settings.reorderMs) : 0;
      this.#dispatcher.dispatch(subscription.notificationUrl, entry, settings.delayMs + held);
    }
  }

  #release(subscription: Subscription): void {
    const paused = this.#paused.get(subscription.id) ?? [];
    this.#paused.delete(subscription.id);
    const now = this.#world.clock.now();
    for (const { entry, since } of paused) {
      if (now - since > this.#settings.giveUpAfterMs) this.#world.control.counters.notifications.discarded += 1;
      else this.#dispatcher.dispatch(subscription.notificationUrl, entry, this.#settings.delayMs);
    }
  }
}
