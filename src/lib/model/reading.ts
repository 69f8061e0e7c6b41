import type { Identity } from './access.ts';
import type { AccountType } from './facts.ts';

interface ReadingTimes {
  /** When the request was sent: what is seen is not older than this minus the replication lag. */
  readonly startedDateTime: string;
  /** When the last answer was complete: what is seen is not newer than this. */
  readonly completedDateTime: string;
}

/** A complete reading of a user who exists. `undefined` inside means unknown, never empty. */
export interface FoundReading extends ReadingTimes {
  readonly kind: 'found';
  readonly identity: Identity;
  readonly accountEnabled: boolean | undefined;
  readonly userType: AccountType | undefined;
  /** Every group the user is in, directly or nested, mapped or not. */
  readonly groups: ReadonlySet<string>;
  /** Whether hidden memberships were readable to us throughout; if not, `groups` leaves out groups that hide theirs. */
  readonly readsHidden: boolean;
  /** Groups the user is in directly; read only when a rule needs it. */
  readonly directGroups?: ReadonlySet<string>;
}

/** The id answers 404 as a user: it is in the recycle bin, it is a group, or nobody knows. */
export interface MissingReading extends ReadingTimes {
  readonly kind: 'deleted' | 'group' | 'absent';
}

/** The answer of one fresh look at one user: complete, or the read threw. */
export type UserReading = FoundReading | MissingReading;

/** What a lost group says when asked: the evidence behind a revoke. */
export type GroupEvidence =
  /** It answers and its membership is readable to us: the loss is proven. */
  | 'present'
  /** Deleted, confirmed by the recycle bin or by two 404s a lag apart. */
  | 'deleted'
  /** It does not answer, or hides its membership from us: unknown. */
  | 'unknown';
