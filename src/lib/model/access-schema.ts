import { z } from 'zod';
import { entitlementKinds, type AccessRecord, type Assignment, type ConflictFinding, type Loser } from './access.ts';
import { factsSchema } from './facts-schema.ts';

const source = z.discriminatedUnion('origin', [
  z.looseObject({ origin: z.literal('group'), ruleId: z.string(), groupId: z.string(), groupName: z.string() }),
  z.looseObject({ origin: z.literal('exception'), exceptionId: z.string() }),
  z.looseObject({ origin: z.literal('default') }),
]);

const entitlement = { kind: z.enum(entitlementKinds), id: z.string() };
const texts = z.array(z.string());

/** Keys of these three come in the order in which `decide` writes them: recorded and desired are compared as JSON. */
export const assignmentSchema: z.ZodType<Assignment> = z.looseObject({
  ...entitlement,
  scopes: texts,
  sources: z.array(source),
  pendingSince: z.string().exactOptional(),
  exceptScopes: texts.exactOptional(),
});

export const loserSchema: z.ZodType<Loser> = z.looseObject({
  ...entitlement,
  scopes: texts,
  exceptScopes: texts.exactOptional(),
  sources: z.array(source),
  reason: z.enum(['outranked', 'denied', 'conflict']),
  by: z.string(),
});

export const conflictSchema: z.ZodType<ConflictFinding> = z.looseObject({
  conflictId: z.string(),
  roles: texts,
  scopes: texts,
  exceptScopes: texts.exactOptional(),
  action: z.enum(['report', 'withhold']),
});

/** A record as it is stored; loose for the reason given in facts-schema.ts. */
export const accessRecordSchema: z.ZodType<AccessRecord> = z.looseObject({
  tenantId: z.string(),
  userId: z.string(),
  revision: z.int().min(1),
  rulesVersion: z.int().min(0),
  state: z.enum(['active', 'suspended', 'removed']),
  identity: z.looseObject({
    displayName: z.string().exactOptional(),
    userPrincipalName: z.string().exactOptional(),
    mail: z.string().exactOptional(),
  }),
  facts: factsSchema,
  assignments: z.array(assignmentSchema),
  losers: z.array(loserSchema),
  conflicts: z.array(conflictSchema),
  exceptionsHash: z.string().exactOptional(),
  auditHead: z.string(),
  updatedDateTime: z.string(),
});
