import type { Directory } from './directory-port.ts';
import type { Log } from './log.ts';
import type { AccessRecord } from './model/access.ts';
import type { ActiveRules } from './model/active-rules.ts';
import type { AuditEntry } from './model/audit-entry.ts';
import type { AccessException } from './model/exception.ts';
import type { Hold, ListingTime, LossClaim, LossRow } from './model/hold.ts';
import type { JobState } from './model/job-state.ts';
import type { DerivedPut, Plan } from './model/plan.ts';
import type { DerivedRow, RecordedAccount, RecordedMember } from './model/recorded.ts';
import type { JobKind, JobRequest, Lane, ReconcileRequest } from './model/request.ts';
import type { HoldPolicy } from './model/rules-document.ts';
import type { Publication, RulesVersion } from './model/rules-version.ts';
import type { Cause, FeedSummary, OutboxEntry, RecordedAccess, StoredAccess } from './model/stored-access.ts';
import type { TenantAuditEntry, TenantDecision } from './model/tenant-audit-entry.ts';
import type { WaitingGroup } from './model/waiting-group.ts';
import type { StoredSubscription, WatchedGroup } from './model/watched-group.ts';
import type { UnfinishedJob, WorkRow } from './model/work.ts';

/**
 * Everything the stages need from outside, bound to one tenant: nothing behind these ports can name another one (promise 10).
 * Every method may throw; what is thrown says by its `kind` what to do (errors.ts). Built in wiring.ts.
 */
export interface Ports {
  readonly tenantId: string;
  /** The directory's replication lag, in milliseconds: a younger fact is never overturned. */
  readonly lagMilliseconds: number;
  /** Base URL under which Graph reaches this app, without a trailing slash. */
  readonly notificationUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  readonly directory: Directory;
  /** Wakes this app's own webhook before Graph calls it. Never throws. */
  readonly warmEndpoint: () => Promise<void>;
  readonly access: AccessStore;
  readonly tenantAudit: TenantAudit;
  readonly derived: DerivedStore;
  readonly rules: RulesStore;
  readonly ledger: Ledger;
  readonly watched: WatchedGroupStore;
  readonly waiting: WaitingGroupStore;
  readonly tombstones: TombstoneStore;
  readonly subscriptions: SubscriptionStore;
  readonly work: WorkList;
  readonly jobs: JobStore;
  readonly reminders: ReminderStore;
  readonly reconcileQueue: ReconcileQueue;
  readonly jobQueue: JobQueue;
}

export type { Directory } from './directory-port.ts';

/** The only source of time in src. */
export interface Clock {
  now(): Date;
}

export interface ReconcileQueue {
  /** Sends each request; returns when all are on the queue. `delaySeconds` 0 to 7 days. Never expires. */
  send(requests: readonly ReconcileRequest[], lane: Lane, delaySeconds?: number): Promise<void>;
}

export interface JobQueue {
  send(request: JobRequest, delaySeconds?: number): Promise<void>;
}

// --- Records --------------------------------------------------------------------------------------------------------

export interface AccessStore {
  /**
   * Record, exceptions and outbox in one query. When somebody else wrote these rows, or there is no record, the audit entries are
   * asked as well: they say what is true, and `altered` says what was found.
   */
  read(userId: string): Promise<StoredAccess>;
  /**
   * One transaction: the record (ETag-conditional, revision + 1), its audit entry, an outbox row, and an exception if one is put
   * or closed. Returns undefined when another writer was first; the caller starts again from the read.
   */
  apply(
    stored: StoredAccess,
    plan: Plan,
    feed: FeedSummary | undefined,
    cause: Cause,
    exception?: AccessException,
  ): Promise<{ readonly record: AccessRecord; readonly outbox: OutboxEntry } | undefined>;
  /** Deletes the outbox row of a revision; fine when it is gone. */
  clearOutbox(userId: string, revision: number): Promise<void>;
  /** Audit entries of a user, newest first. */
  history(userId: string): AsyncIterable<AuditEntry>;
  /** Every record of the tenant in order of user id, after the given one. A row that can't be read counts as no record. */
  records(after?: string): AsyncIterable<RecordedAccess>;
  /** Ids of users whose outbox is not empty. */
  unpublished(): AsyncIterable<string>;
}

/** Decisions of people that concern a tenant as a whole, in order, hash-chained. */
export interface TenantAudit {
  /** Appends a decision before it is carried out, so that none is carried out unrecorded. */
  append(decision: TenantDecision): Promise<TenantAuditEntry>;
  /** Newest first. */
  history(): AsyncIterable<TenantAuditEntry>;
}

/** Rows derived from records for those who read by role, function, group or UPN. */
export interface DerivedStore {
  /** Writes each row only over a lower revision, tombstones first, then the feed. Safe to repeat and to be late. */
  publish(entry: OutboxEntry): Promise<void>;
  /** Recorded facts of one group, tombstones left out. */
  members(groupId: string): AsyncIterable<RecordedMember>;
  /** Recorded facts of one account; undefined when there is no record. */
  account(userId: string): Promise<RecordedAccount | undefined>;
  accounts(): AsyncIterable<RecordedAccount>;
  /** Names of all partitions of the tenant's derived rows (suffixes). */
  partitions(): AsyncIterable<string>;
  /** Rows of one partition with `from <= rowKey < to`, tombstones included. */
  rows(partition: string, from: string, to?: string): AsyncIterable<DerivedRow>;
  /** Deletes a row that nothing explains, or an old tombstone, if it is still the given revision. */
  purge(row: DerivedRow): Promise<void>;
  /** Writes a row over one of the same or a lower revision (full sync found it wrong); without values a tombstone. */
  repair(row: DerivedPut & { readonly revision: number }): Promise<void>;
}

// --- Rules ----------------------------------------------------------------------------------------------------------

export interface RulesStore {
  /** The rules in force, or undefined before the first activation. The pointer is read each time, documents are cached by number. */
  active(): Promise<ActiveRules | undefined>;
  /** Number of the version in force, 0 before the first activation. */
  activeVersion(): Promise<number>;
  version(version: number): Promise<ActiveRules>;
  /** Every stored version without its content, newest first. */
  versions(): AsyncIterable<RulesVersion>;
  /**
   * Stores the version after `from`, not in force yet, and returns its number. Undefined: `from` is not in force any more, or
   * somebody else has stored its successor. So versions form one chain, and of several that start from one version one wins.
   */
  append(rules: Omit<ActiveRules, 'version'>, publication: Publication, from: number): Promise<number | undefined>;
  /** Points `active` to a version if it still points to `from`. False: somebody else was first. */
  activate(version: number, from: number): Promise<boolean>;
}

// --- Holds ----------------------------------------------------------------------------------------------------------

/** Claims before losses (design: "No mass removal by accident"). Pure decisions are in plan/hold-line.ts. */
export interface Ledger {
  /** Counts a loss, once per `since` and epoch. `held`: it must wait, and is listed as pending. Throws when the ledger can't be read or written. */
  claim(loss: LossClaim, policy: HoldPolicy): Promise<'passed' | 'held'>;
  /** The user is a member after all, or the fact ended otherwise: removes the pending row; without pending rows the hold ends. */
  settle(ledger: string, userId: string): Promise<void>;
  /** What `claim` would answer now. Writes nothing. */
  foresee(loss: LossClaim, policy: HoldPolicy): Promise<'passed' | 'held'>;
  /**
   * A whole difference, before anybody is enqueued: losses that are not counted yet are written as pending, and the hold is
   * latched, if the group is deleted, if it is held already, or if together they would cross the line. Otherwise nothing.
   */
  raise(
    ledger: string,
    losses: readonly Pick<LossClaim, 'userId' | 'since'>[],
    reason: 'lossThreshold' | 'groupDeleted',
    policy: HoldPolicy,
  ): Promise<void>;
  /** Ends a deleted group's hold that has no pending rows (the group was restored). */
  endIfEmpty(ledger: string): Promise<void>;
  /** Sets the base after a complete comparison, whose listing may not show yet what passed meanwhile. */
  rebase(ledger: string, members: number, listing: ListingTime): Promise<void>;
  /** Lets exactly the rows numbered up to `through` pass; returns the users of all rows that waited. Undefined: nothing is held. */
  approve(ledger: string, through: number, base: number): Promise<readonly string[] | undefined>;
  find(ledger: string): Promise<Hold | undefined>;
  list(): AsyncIterable<Hold>;
  /** Pending rows of a ledger's present epoch, by number. */
  pending(ledger: string): AsyncIterable<LossRow>;
}

// --- What is watched ------------------------------------------------------------------------------------------------

export interface WatchedGroupStore {
  find(groupId: string): Promise<WatchedGroup | undefined>;
  list(): Promise<readonly WatchedGroup[]>;
  /**
   * Writes what `change` makes of the row as it is, again if somebody wrote between; undefined means no row. `change` must be pure.
   * Returns the row as it is then.
   */
  change(
    groupId: string,
    change: (known: WatchedGroup | undefined) => WatchedGroup | undefined,
  ): Promise<WatchedGroup | undefined>;
}

/** Groups that match a rule and are not pinned. */
export interface WaitingGroupStore {
  list(): Promise<readonly WaitingGroup[]>;
  /** Keeps exactly these, known ones with the `since` they have. Returns those that are new. */
  replace(waiting: readonly WaitingGroup[]): Promise<readonly WaitingGroup[]>;
}

export interface TombstoneStore {
  /** When a users delta or a complete listing first said that the user is gone. */
  find(userId: string): Promise<{ readonly since: string } | undefined>;
  /** Keeps the earliest `since`. */
  put(userId: string, since: string): Promise<void>;
  /** Ids of all users with a tombstone. */
  list(): AsyncIterable<string>;
  /** The user was seen again: an old tombstone must not explain a later 404. */
  remove(userId: string): Promise<void>;
}

export interface SubscriptionStore {
  list(): Promise<readonly StoredSubscription[]>;
  save(subscription: StoredSubscription): Promise<void>;
}

// --- Work that must not be forgotten --------------------------------------------------------------------------------

export interface WorkList {
  /** Writes or renews a user's open row; its next due time grows with each attempt. */
  open(userId: string, reason: string, lane?: Lane): Promise<void>;
  /** Writes down that a user has to be looked at from a time on (ISO 8601); one row for each user, time and reason. */
  schedule(userId: string, dueDateTime: string, reason: string): Promise<void>;
  /** Rows whose time has come. */
  due(now: Date): AsyncIterable<WorkRow>;
  /** Moves a row's due time on before its message is sent; returns the row with its new ETag, undefined if it changed meanwhile. */
  postpone(row: WorkRow): Promise<WorkRow | undefined>;
  /** Deletes the row if it is still as the message saw it. */
  settle(rowKey: string, etag: string): Promise<void>;
}

/** A job's row while this worker has its lease. */
export interface JobLease {
  readonly state: JobState | undefined;
  /** Conditional; renews the lease. Throws ConflictError when it was lost. */
  checkpoint(state: JobState, counts?: Readonly<Record<string, number>>): Promise<void>;
  /** Ends the run. `again`: a request came meanwhile, so the row is pending and a message should follow. */
  finish(state: JobState, counts?: Readonly<Record<string, number>>): Promise<'done' | 'again'>;
  /** Ends the run and deletes the row: it has served. */
  remove(): Promise<void>;
  /** Gives the lease back with the work unfinished (to be continued by message). */
  release(state: JobState, counts?: Readonly<Record<string, number>>): Promise<void>;
}

export interface JobStore {
  /**
   * Takes the row's lease, creating the row for a fresh request. Undefined: another worker has it (a fresh request is then
   * marked in the row, so that it runs once more), or a continuation found the row finished.
   */
  begin(request: JobRequest): Promise<JobLease | undefined>;
  /** Rows that are not finished and whose lease is over. */
  unfinished(): AsyncIterable<UnfinishedJob>;
  /** State of a row without taking its lease. */
  peek(kind: JobKind, id: string): Promise<JobState | undefined>;
  /** The sweep rows, by id (`users`, `groups|{shard}`), with their states. */
  sweeps(): Promise<ReadonlyMap<string, JobState | undefined>>;
}

/** Which reminders of an expiring secret were given, so that each is given once. */
export interface ReminderStore {
  reminded(key: string): Promise<boolean>;
  /** Fine when it is remembered already. */
  remember(key: string): Promise<void>;
}
