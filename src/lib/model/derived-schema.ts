import { z } from 'zod';
import type { DerivedPut } from './plan.ts';

const texts = z.array(z.string());

/** A derived row to write, as it waits in an outbox. */
export const derivedPutSchema: z.ZodType<DerivedPut> = z.looseObject({
  partition: z.string(),
  rowKey: z.string(),
  owner: z.string().exactOptional(),
  values: z.record(z.string(), z.union([z.string(), z.boolean()])).exactOptional(),
});

/** The feed's part of an outbox row. */
export const feedEntrySchema = z.looseObject({
  userId: z.string(),
  revision: z.int().min(1),
  state: z.string(),
  severity: z.enum(['lostAll', 'lostPrivileged', 'normal']),
  granted: texts,
  revoked: texts,
});
