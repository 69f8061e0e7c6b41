import { z } from 'zod';
import type { Pin } from './active-rules.ts';

/** Pins as they are stored; loose for the reason given in facts-schema.ts. */
export const pinsSchema: z.ZodType<readonly Pin[]> = z.array(
  z.looseObject({
    ruleId: z.string(),
    groupId: z.string(),
    displayName: z.string(),
    mappedSince: z.string(),
    directSince: z.string().exactOptional(),
    parts: z.record(z.string(), z.string()).exactOptional(),
  }),
);
