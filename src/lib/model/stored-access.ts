import type { AccessRecord } from './access.ts';
import type { AccessException } from './exception.ts';
import type { DerivedPut } from './plan.ts';

/** Derived work of one revision that is not done yet. */
export interface OutboxEntry {
  readonly revision: number;
  readonly derived: readonly DerivedPut[];
  /** The row of the tenant-wide feed, when the change is one that applications should hear of. */
  readonly feed?: FeedEntry;
}

/** What the change feed says of one revision. */
export interface FeedEntry {
  readonly userId: string;
  readonly revision: number;
  readonly state: string;
  /** `lostAll`, `lostPrivileged` or `normal`. */
  readonly severity: 'lostAll' | 'lostPrivileged' | 'normal';
  readonly granted: readonly string[];
  readonly revoked: readonly string[];
}

/** A feed entry before the store knows its revision. */
export type FeedSummary = Omit<FeedEntry, 'revision'>;

/** One user's partition as it was read: everything a reconcile starts from. */
export interface StoredAccess {
  readonly record?: AccessRecord;
  /** ETag of the record; absent when there is none. */
  readonly etag?: string;
  readonly outbox: readonly OutboxEntry[];
  /** Every exception of the user, closed ones included, in order of id. */
  readonly exceptions: readonly AccessException[];
  /** Set when somebody else wrote these rows. `record` and `exceptions` are then what the audit entries say. */
  readonly altered?: Alteration;
}

/** An edit from outside: what was found is not what the last audit entry left. */
export interface Alteration {
  readonly row: 'changed' | 'unreadable' | 'deleted';
  /** The record as it was found, if it can be read. */
  readonly found?: AccessRecord;
  /** Exceptions whose rows are not as audited; `found` is absent for a row that is gone or can't be read. */
  readonly exceptions: readonly AlteredException[];
}

export interface AlteredException {
  readonly id: string;
  readonly found?: AccessException;
  /** Absent: no audit entry knows it, so its row is removed. */
  readonly audited?: AccessException;
}

/** A record beside the exceptions of its user, as they stand in the table. */
export interface RecordedAccess {
  readonly record: AccessRecord;
  readonly exceptions: readonly AccessException[];
  /** Set when somebody else wrote these rows: they prove nothing, and a reconcile repairs them. */
  readonly altered?: true;
}

/** Who and what is behind a change, for its audit entry. */
export interface Cause {
  readonly initiatedBy: string;
  readonly reason: string;
  readonly causeId: string;
}
