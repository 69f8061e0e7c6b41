import type { AccessRecord } from './access.ts';
import type { Change, ModifiedProperty } from './plan.ts';

/** Proof of one change of one record: written in the same transaction. Field names follow Graph's provisioning log. */
export interface AuditEntry {
  readonly tenantId: string;
  readonly userId: string;
  readonly revision: number;
  readonly activityDateTime: string;
  /** `Rolecall` for the directory's own changes, or the person behind an exception or approval. */
  readonly initiatedBy: string;
  /** Trigger reason and the id of what caused it. */
  readonly reason: string;
  readonly causeId: string;
  readonly rulesVersion: number;
  readonly changes: readonly Change[];
  readonly modifiedProperties: readonly ModifiedProperty[];
  /** SHA-256 (hex) of the record's content after the change. */
  readonly recordHash: string;
  /** `hash` of the entry before, '' for the first: the chain. */
  readonly previousHash: string;
  /** SHA-256 (hex) of this entry without `hash`. */
  readonly hash: string;
  /** The whole record, every 50 revisions. */
  readonly snapshot?: AccessRecord;
}
