import { z } from 'zod';

const guid = z.guid().toLowerCase();

/** What an operator may ask for: one user or one group, now; with `dryRun` only what it would do. */
export const resyncSchema = z
  .strictObject({ userId: guid.optional(), groupId: guid.optional(), dryRun: z.boolean().default(false) })
  .refine(({ userId, groupId }) => (userId === undefined) !== (groupId === undefined), 'one of userId and groupId');
export type ResyncBody = z.infer<typeof resyncSchema>;

/** The approval of a hold. `through`: number of the last row of the list that the person read. */
export const approvalSchema = z.strictObject({ through: z.int().min(1) });

/**
 * A rules document to try. `fresh`: read the members of its groups, too. `userId`: only this user, on a fresh reading. What is in
 * the document is looked at later, fault by fault.
 */
export const previewSchema = z.strictObject({
  document: z.unknown().refine((document) => document !== undefined, 'missing'),
  fresh: z.boolean().default(false),
  userId: guid.optional(),
});
