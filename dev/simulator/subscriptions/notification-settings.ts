import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.number().int().min(1);
const duration = z.number().min(0);

/**
 * Switches of subscriptions and of the delivery of notifications. Defaults are what Microsoft documents; where the
 * documentation is silent the default is the stricter possibility. Times called `…TimeoutMs` are real milliseconds,
 * because they judge an answer on the wire; all others pass on the simulated clock. Shares and chances are 0 to 1.
 */
export const notificationSettingsSchema = z.strictObject({
  /** Accept `http://` URLs of this machine (the local host speaks plain http); Graph itself demands https. */
  allowHttpOnLoopback: z.boolean(),
  handshakeTimeoutMs: duration,
  /** A shorter lifetime is raised to this many minutes, a longer one than the maximum is refused. */
  minimumLifetimeMinutes: duration,
  maximumLifetimeMinutes: duration,
  subscriptionsPerAppAndTenant: count,
  subscriptionsPerTenant: count,
  subscriptionsPerApp: count,
  /** Entries on one page of `GET /subscriptions`. */
  subscriptionPageSize: count,
  /** Whether GET returns `clientState`; Microsoft does not say. Create and PATCH always do. */
  returnClientState: z.boolean(),
  /** Whether a PATCH of `notificationUrl` shakes hands again. */
  handshakeOnPatch: z.boolean(),
  /** A deleted subscription goes on receiving, as was reported. */
  deliverAfterDelete: z.boolean(),

  /** Chance that a notification is never sent, without a trace. */
  loss: share,
  /** Chance that a notification is sent twice. */
  duplication: share,
  /** Chance that a notification is kept back up to `reorderMs`, so that later ones overtake it. */
  reordering: share,
  reorderMs: duration,
  delayMs: duration,
  /** Changes within this time share a POST, and membership changes of one group an entry. 0: the same turn only. */
  batchWindowMs: duration,
  /** Notifications in one POST. */
  maxBatchSize: count,
  /** Entries in one `members@delta`. */
  maxMembersPerNotification: count,
  /** What `resource` of a `groups/{id}/members` subscription names; both forms were seen. */
  membersResource: z.enum(['group', 'member']),

  firstTimeoutMs: duration,
  retryTimeoutMs: duration,
  firstRetryDelayMs: duration,
  longestRetryDelayMs: duration,
  giveUpAfterMs: duration,
  /** Window over which an endpoint is judged, and for which the verdict holds. */
  judgeWindowMs: duration,
  /** With fewer answers an endpoint is not judged. */
  judgeMinimumAnswers: count,
  slowAfterMs: duration,
  slowShare: share,
  dropAfterMs: duration,
  dropShare: share,

  /** How long a creation, renewal or reauthorization is good for. */
  authorizationMinutes: duration,
  /** How long before that end `reauthorizationRequired` is sent. */
  reauthorizationLeadMinutes: duration,
  /** Whether deliveries really pause once the authorization has lapsed; for app-only access that is not confirmed. */
  pauseUntilReauthorized: z.boolean(),
});

export type NotificationSettings = z.infer<typeof notificationSettingsSchema>;

const MINUTE_MS = 60_000;

/**
 * Sources: https://learn.microsoft.com/graph/change-notifications-delivery-webhooks (timeouts, retries, slow and drop),
 * https://learn.microsoft.com/graph/api/resources/subscription (lifetimes, quotas),
 * https://learn.microsoft.com/graph/change-notifications-lifecycle-events (authorization).
 */
export const DEFAULT_NOTIFICATION_SETTINGS: Readonly<NotificationSettings> = {
  allowHttpOnLoopback: true,
  handshakeTimeoutMs: 10_000,
  minimumLifetimeMinutes: 45,
  maximumLifetimeMinutes: 41_760,
  subscriptionsPerAppAndTenant: 100,
  subscriptionsPerTenant: 1_000,
  subscriptionsPerApp: 50_000,
  subscriptionPageSize: 100,
  returnClientState: false,
  handshakeOnPatch: true,
  deliverAfterDelete: false,
  loss: 0,
  duplication: 0,
  reordering: 0,
  reorderMs: 2_000,
  delayMs: 0,
  batchWindowMs: 0,
  maxBatchSize: 50,
  maxMembersPerNotification: 1_000,
  membersResource: 'group',
  firstTimeoutMs: 3_000,
  retryTimeoutMs: 10_000,
  firstRetryDelayMs: 10_000,
  longestRetryDelayMs: 30 * MINUTE_MS,
  giveUpAfterMs: 4 * 60 * MINUTE_MS,
  judgeWindowMs: 10 * MINUTE_MS,
  judgeMinimumAnswers: 100,
  slowAfterMs: 3_000,
  slowShare: 0.1,
  dropAfterMs: 10_000,
  dropShare: 0.15,
  authorizationMinutes: 60,
  reauthorizationLeadMinutes: 5,
  pauseUntilReauthorized: false,
};
