import { z } from 'zod';
import { accessRecordSchema, assignmentSchema } from './access-schema.ts';
import { entitlementKinds } from './access.ts';
import type { AuditEntry } from './audit-entry.ts';

const reason = z.looseObject({
  code: z.enum([
    'memberOf',
    'notMemberOf',
    'notDirectMemberOf',
    'accountEnabled',
    'accountDisabled',
    'accountDeleted',
    'accountRestored',
    'guest',
    'rulesChanged',
    'default',
    'exception',
    'outranked',
    'conflict',
    'exceptionEnded',
    'noLongerOutranked',
    'conflictEnded',
  ]),
  ruleId: z.string().exactOptional(),
  groupId: z.string().exactOptional(),
  groupName: z.string().exactOptional(),
  by: z.string().exactOptional(),
});

const change = z.looseObject({
  kind: z.enum(entitlementKinds),
  id: z.string(),
  type: z.enum(['grant', 'update', 'revoke']),
  before: assignmentSchema.exactOptional(),
  after: assignmentSchema.exactOptional(),
  reasons: z.array(reason),
  privileged: z.boolean(),
});

const modifiedProperty = z.looseObject({
  displayName: z.string(),
  oldValue: z.string().nullable(),
  newValue: z.string().nullable(),
});

/** An audit entry as it is stored. Loose: its hash covers whatever stands in it. */
export const auditEntrySchema: z.ZodType<AuditEntry> = z.looseObject({
  tenantId: z.string(),
  userId: z.string(),
  revision: z.int().min(1),
  activityDateTime: z.string(),
  initiatedBy: z.string(),
  reason: z.string(),
  causeId: z.string(),
  rulesVersion: z.int().min(0),
  changes: z.array(change),
  modifiedProperties: z.array(modifiedProperty),
  recordHash: z.string(),
  previousHash: z.string(),
  hash: z.string(),
  snapshot: accessRecordSchema.exactOptional(),
});
