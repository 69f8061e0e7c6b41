import { z } from 'zod';

/** Columns of a `hold` row (docs/storage.md). */
export const holdColumnsSchema = z.object({
  epoch: z.int(),
  lastNumber: z.int(),
  base: z.int().exactOptional(),
  lostSinceBase: z.int().default(0),
  lastPassedDateTime: z.string().exactOptional(),
  held: z.boolean(),
  heldSince: z.string().exactOptional(),
  reason: z.enum(['lossThreshold', 'groupDeleted']).exactOptional(),
  pending: z.int(),
});

/** JSON columns of a `hold` row. */
export const passedSchema = z.record(z.string(), z.int());
/** Without `until`: from before approvals ended. */
export const approvalsSchema = z.array(
  z.object({ epoch: z.int(), through: z.int(), until: z.string().default('9999-12-31T00:00:00.000Z') }),
);

/** Columns of a `loss|{userId}` row. */
export const lossColumnsSchema = z.object({
  since: z.string(),
  epoch: z.int(),
  number: z.int(),
  pending: z.boolean(),
  claimedDateTime: z.string(),
});
