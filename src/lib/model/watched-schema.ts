import { z } from 'zod';

/** Columns of the rows of table `directory`, as they are stored (docs/storage.md). */
export const groupInfoSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  kind: z.enum(['microsoft365', 'security', 'mailEnabledSecurity', 'distribution']),
  dynamic: z.boolean(),
  onPremisesSynced: z.boolean(),
  roleAssignable: z.boolean(),
  hiddenMembership: z.boolean(),
});

export const watchedGroupSchema = z.object({
  displayName: z.string(),
  mapped: z.boolean(),
  info: groupInfoSchema.exactOptional(),
  parents: z.array(z.string()),
  state: z.enum(['present', 'missing', 'deleted']),
  stateSince: z.string(),
});

export const waitingGroupSchema = z.object({
  ruleId: z.string(),
  groupId: z.string(),
  info: groupInfoSchema,
  parts: z.record(z.string(), z.string()).exactOptional(),
  since: z.string(),
});

export const subscriptionSchema = z.object({
  subscriptionId: z.string().exactOptional(),
  expirationDateTime: z.string().exactOptional(),
  clientStateHash: z.string(),
  previousClientStateHash: z.string().exactOptional(),
  notificationUrl: z.string(),
});
