import type { NotificationSettings } from '../subscriptions/notification-settings.ts';
import type { NotificationCounts } from '../world/counters.ts';
import type { NotificationEntry } from './change-notification.ts';
import { createEndpointHealth, type EndpointHealth } from './endpoint-health.ts';
import { createSender, type Post, type PostOutcome } from './post.ts';
import { retryDelay } from './retry-schedule.ts';
import type { Timeline } from './timeline.ts';

/** Brings notification entries to their endpoints: batches, timeouts, retries, slow and dropping endpoints. */
export interface Dispatcher {
  /** Sends the entry to `url` after `delayMs` of simulated time, later if the endpoint is slow, never if it drops. */
  dispatch(url: string, entry: NotificationEntry, delayMs: number): void;
  /** Entries that are neither acknowledged nor given up. */
  pending(): number;
  /** Cuts all connections; what is on the way is forgotten. */
  close(): void;
}

/** What a dispatcher works with; settings are read at each step, so that a turned switch acts at once. */
export interface DispatcherParts {
  readonly now: () => number;
  readonly timeline: Timeline;
  readonly settings: Readonly<NotificationSettings>;
  readonly counts: NotificationCounts;
}

interface Endpoint {
  readonly url: string;
  readonly health: EndpointHealth;
  ready: NotificationEntry[];
  scheduled: boolean;
}

/** One POST with its entries through all its attempts. */
interface Parcel {
  readonly endpoint: Endpoint;
  readonly entries: readonly NotificationEntry[];
  /** Simulated time of the first attempt. */
  readonly since: number;
  attempts: number;
}

function accepted(outcome: PostOutcome): boolean {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
}

function post(parcel: Parcel, settings: NotificationSettings): Post {
  return {
    url: parcel.endpoint.url,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ value: parcel.entries }),
    timeoutMs: parcel.attempts === 0 ? settings.firstTimeoutMs : settings.retryTimeoutMs,
  };
}

/** @see https://learn.microsoft.com/graph/change-notifications-delivery-webhooks for the rules it follows. */
export function createDispatcher({ now, timeline, settings, counts }: DispatcherParts): Dispatcher {
  const sender = createSender();
  const endpoints = new Map<string, Endpoint>();
  let pending = 0;
  let closed = false;

  function endpointOf(url: string): Endpoint {
    const known = endpoints.get(url);
    if (known !== undefined) return known;
    const health = createEndpointHealth(() => ({
      windowMs: settings.judgeWindowMs,
      minimumAnswers: settings.judgeMinimumAnswers,
      slowAfterMs: settings.slowAfterMs,
      slowShare: settings.slowShare,
      dropAfterMs: settings.dropAfterMs,
      dropShare: settings.dropShare,
    }));
    const endpoint: Endpoint = { url, health, ready: [], scheduled: false };
    endpoints.set(url, endpoint);
    return endpoint;
  }

  function makeReady(endpoint: Endpoint, entry: NotificationEntry): void {
    endpoint.ready.push(entry);
    if (endpoint.scheduled) return;
    endpoint.scheduled = true;
    // All entries of one turn travel together.
    queueMicrotask(() => {
      endpoint.scheduled = false;
      if (closed) return;
      const entries = endpoint.ready.splice(0);
      for (let from = 0; from < entries.length; from += settings.maxBatchSize) {
        const parcel = {
          endpoint,
          entries: entries.slice(from, from + settings.maxBatchSize),
          since: now(),
          attempts: 0,
        };
        void attempt(parcel);
      }
    });
  }

  async function attempt(parcel: Parcel): Promise<void> {
    const size = parcel.entries.length;
    counts[parcel.attempts === 0 ? 'sent' : 'retried'] += size;
    const sending = sender.send(post(parcel, settings));
    parcel.attempts += 1;
    const outcome = await sending;
    if (closed) return;
    parcel.endpoint.health.answered(now(), outcome.ms);
    if (accepted(outcome)) {
      counts.acknowledged += size;
      pending -= size;
      return;
    }
    counts.refused += size;
    tryLater(parcel);
  }

  function discard(parcel: Parcel): void {
    counts.discarded += parcel.entries.length;
    pending -= parcel.entries.length;
  }

  function tryLater(parcel: Parcel): void {
    const schedule = {
      firstDelayMs: settings.firstRetryDelayMs,
      longestDelayMs: settings.longestRetryDelayMs,
      giveUpAfterMs: settings.giveUpAfterMs,
    };
    const delay = retryDelay(schedule, parcel.attempts, now() - parcel.since);
    if (delay === undefined) {
      discard(parcel);
      return;
    }
    timeline.at(now() + delay, () => {
      // The clock may have jumped over the end of its life.
      if (now() - parcel.since > settings.giveUpAfterMs) discard(parcel);
      else void attempt(parcel);
    });
  }

  return {
    dispatch(url, entry, delayMs) {
      const endpoint = endpointOf(url);
      const state = endpoint.health.state(now());
      if (state === 'drop') {
        counts.dropped += 1;
        return;
      }
      pending += 1;
      const delay = delayMs + (state === 'slow' ? settings.judgeWindowMs : 0);
      if (delay === 0) makeReady(endpoint, entry);
      else {
        timeline.at(now() + delay, () => {
          makeReady(endpoint, entry);
        });
      }
    },
    pending: () => pending,
    close() {
      closed = true;
      sender.close();
    },
  };
}
