import { z } from 'zod';
import { entitlementKinds } from './access.ts';
import type { AccessException } from './exception.ts';

/** An exception as it is stored; loose for the reason given in facts-schema.ts. */
export const exceptionSchema: z.ZodType<AccessException> = z.looseObject({
  id: z.string(),
  effect: z.enum(['grant', 'deny', 'scopes']),
  entitlement: z.looseObject({ kind: z.enum(entitlementKinds), id: z.string() }),
  scopes: z.array(z.string()),
  reason: z.string(),
  approver: z.string(),
  startDateTime: z.string(),
  endDateTime: z.string().exactOptional(),
  changedBy: z.string(),
  changedDateTime: z.string(),
  closedDateTime: z.string().exactOptional(),
  closedBy: z.string().exactOptional(),
});
