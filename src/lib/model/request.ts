import { z } from 'zod';

/** Why a reconcile request was sent. */
export const triggerReasons = [
  'notification',
  'delta',
  'fullSync',
  'expand',
  'activate',
  'manual',
  'look',
  'rules',
  'exception',
  'repair',
  'due',
  'openWork',
] as const;
export type TriggerReason = (typeof triggerReasons)[number];

/** What a feed announced: used only to look again when the reading does not show it yet. */
const hintSchema = z.strictObject({
  groupId: z.guid().optional(),
  membership: z.enum(['joined', 'left']).optional(),
  account: z.enum(['gone', 'enabled', 'disabled']).optional(),
  userType: z.enum(['member', 'guest']).optional(),
});
export type Hint = z.infer<typeof hintSchema>;

/** A reconcile request as it travels on a queue: it names a user, never a change. */
export const reconcileRequestSchema = z.object({
  v: z.literal(1),
  tenantId: z.guid(),
  userId: z.guid(),
  reason: z.enum(triggerReasons),
  /** Id of what caused it: the same for every message of one notification, round or operation. */
  causeId: z.string().max(100),
  enqueuedDateTime: z.iso.datetime(),
  /** How often it was sent again because the other side was unavailable. */
  attempt: z.int().min(0),
  /** How many looks of the same announcement came before. */
  look: z.int().min(0).optional(),
  hint: hintSchema.optional(),
  /** The open or due work row this request is to settle, deleted only when it succeeds. */
  work: z.strictObject({ rowKey: z.string(), etag: z.string() }).optional(),
  /** W3C trace context of the cause. */
  traceparent: z.string().max(100).optional(),
});
export type ReconcileRequest = z.infer<typeof reconcileRequestSchema>;

export const jobKinds = ['sweep', 'expand', 'fullSync', 'activate', 'renew'] as const;
export type JobKind = (typeof jobKinds)[number];

/** A job request: names the row to work on. `id` is empty for a tenant's only job of that kind. */
export const jobRequestSchema = z.object({
  v: z.literal(1),
  tenantId: z.guid(),
  kind: z.enum(jobKinds),
  /** sweep: `users` or `groups|{shard}`; expand: group id; activate: version; otherwise ''. */
  id: z.string().max(100),
  causeId: z.string().max(100),
  enqueuedDateTime: z.iso.datetime(),
  attempt: z.int().min(0),
  /** True when it goes on with an unfinished row; false when it asks for a fresh run. */
  continues: z.boolean(),
  /** expand: the look a replication lag later, which asks for no further one. */
  second: z.boolean().optional(),
  traceparent: z.string().max(100).optional(),
});
export type JobRequest = z.infer<typeof jobRequestSchema>;

/** A queue lane: `fresh` never waits behind `bulk` (promise 6). */
export type Lane = 'fresh' | 'bulk';
