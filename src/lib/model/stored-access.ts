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
}

/** A record beside the exceptions of its user. */
export interface RecordedAccess {
  readonly record: AccessRecord;
  readonly exceptions: readonly AccessException[];
}

/** Who and what is behind a change, for its audit entry. */
export interface Cause {
  readonly initiatedBy: string;
  readonly reason: string;
  readonly causeId: string;
}
