import { z } from 'zod';

const member = z.object({
  id: z.guid(),
  // A string here, an object in delta answers: only its presence counts (observed; Graph documents neither).
  '@removed': z.unknown().optional(),
});

/**
 * One change notification of Graph, as far as it is trusted: whom to look at, and the proof that Graph sent it. The shape is
 * Microsoft's "changeNotification resource type"; `members@delta` is observed and undocumented.
 */
export const notificationSchema = z.object({
  tenantId: z.guid(),
  subscriptionId: z.guid(),
  clientState: z.string().min(1).max(255),
  changeType: z.string().max(50),
  resource: z.string().max(500),
  resourceData: z.object({ id: z.guid(), 'members@delta': z.array(member).optional() }).optional(),
});
export type Notification = z.infer<typeof notificationSchema>;

/** One lifecycle notification ("change notifications, lifecycle events"). */
export const lifecycleSchema = z.object({
  tenantId: z.guid(),
  subscriptionId: z.guid(),
  clientState: z.string().min(1).max(255),
  lifecycleEvent: z.string().max(50),
});

/** The envelope of both: entries are parsed one by one, so that a bad one never discards the good ones. */
export const notificationCollectionSchema = z.object({ value: z.array(z.unknown()) });
