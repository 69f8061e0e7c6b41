import { z } from 'zod';

/** Decisions and events that concern a tenant as a whole. */
export const tenantActions = ['approveHold', 'publishRules', 'activateRules', 'renameGroup'] as const;

/** Proof of one decision; hash-chained like the entries of a user (audit-entry.ts). */
export const tenantAuditEntrySchema = z.object({
  tenantId: z.string(),
  revision: z.int().min(1),
  activityDateTime: z.string(),
  /** The person or app that decided. */
  initiatedBy: z.string(),
  action: z.enum(tenantActions),
  causeId: z.string(),
  /** What was decided, for example the ledger and the number up to which its list was read. */
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  previousHash: z.string(),
  /** SHA-256 (hex) of this entry without `hash`. */
  hash: z.string(),
});
export type TenantAuditEntry = Readonly<z.infer<typeof tenantAuditEntrySchema>>;

/** A decision before the chain knows its place. */
export type TenantDecision = Pick<TenantAuditEntry, 'initiatedBy' | 'action' | 'causeId' | 'details'>;
