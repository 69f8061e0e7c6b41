/** What one change of a record writes, and whether it may be written. */
import type { TransactionAction } from '@azure/data-tables';
import { InvalidInputError } from '../errors.ts';
import type { AccessRecord } from '../model/access.ts';
import { type AccessException, withException } from '../model/exception.ts';
import type { Plan } from '../model/plan.ts';
import type { Cause, FeedSummary, OutboxEntry, StoredAccess } from '../model/stored-access.ts';
import { auditRows, exceptionPrefix, exceptionRow, outboxRows, recordRows } from './access-rows.ts';
import { nextLink } from './audit-chain.ts';
import { feedRow } from './change-feed.ts';
import { derivedRow } from './derived-rows.ts';
import { moreRowKey, type Row } from './entity-codec.ts';
import { assertFits, fitsTransaction, requestSize } from './transaction-limits.ts';
import { hashOf } from './user-rows.ts';

/**
 * Bytes of request beyond which a record may shrink but not grow; about 500,000 characters of JSON, which is what a rules
 * document may lead to. Revoking everything that such a record holds (the entry with what was before and why, tombstones,
 * the feed's entry) has to fit one transaction, because a write that only takes away is never refused.
 */
export const largestGrowingRecord = 600_000;

export interface AccessTransaction {
  readonly record: AccessRecord;
  readonly outbox: OutboxEntry;
  readonly actions: TransactionAction[];
  /** Rows of the outbox entry beyond its first. */
  readonly moreOutboxRows: number;
}

/** What is to be written over what was read. */
export interface AccessChange {
  readonly stored: StoredAccess;
  readonly plan: Plan;
  readonly feed: FeedSummary | undefined;
  readonly cause: Cause;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** The exception that is put or closed with it. */
  readonly exception?: AccessException | undefined;
}

/**
 * Record, audit entry, outbox row and exceptions of one change.
 *
 * @throws InvalidInputError when the record would outgrow its limits; never for a change that only takes away
 */
export function accessTransaction(change: AccessChange): AccessTransaction {
  const { stored, plan } = change;
  const withSnapshot = build(change, true);
  const all = [...withSnapshot.record, ...withSnapshot.audit, ...withSnapshot.outboxed];
  const built = fitsTransaction(all) ? withSnapshot : build(change, false);
  assertMayGrow(stored, plan, built);
  const exceptions = exceptionRows(change, built.record[0].partitionKey);
  const rows = [...built.record, ...built.audit, ...built.outboxed, ...exceptions.put, ...exceptions.discard];
  assertFits(rows, `The change of user ${plan.desired.userId}`);

  const before = stored.record === undefined ? 0 : recordRows(stored.record).length;
  return {
    record: built.link.record,
    outbox: built.outbox,
    moreOutboxRows: built.outboxed.length - 1,
    actions: [
      ...recordActions(built.record, stored.etag, before),
      ...[...built.audit, ...built.outboxed].map(create),
      ...exceptions.put.map((row): TransactionAction => ['upsert', row, 'Replace']),
      ...exceptions.discard.map((row): TransactionAction => ['delete', row]),
    ],
  };
}

interface Built {
  readonly link: ReturnType<typeof nextLink>;
  readonly outbox: OutboxEntry;
  readonly record: readonly [Row, ...Row[]];
  readonly audit: readonly Row[];
  readonly outboxed: readonly Row[];
}

function build({ stored, plan, feed, cause, now, exception }: AccessChange, snapshots: boolean): Built {
  const exceptionsHash = hashOf(withException(stored.exceptions, exception));
  const hashed = exceptionsHash === undefined ? {} : { exceptionsHash };
  const link = nextLink(stored.record, plan, cause, now, { snapshots, ...hashed });
  const { revision } = link.record;
  const outbox = { revision, derived: plan.derived, ...(feed === undefined ? {} : { feed: { ...feed, revision } }) };
  const record = recordRows(link.record);
  const audit = auditRows(link.entry);
  return { link, outbox, record, audit, outboxed: outboxRows(record[0].partitionKey, outbox) };
}

/**
 * The exception that is written, and rows that somebody else wrote put right. They need no condition of their own: whoever
 * changes an exception changes the record, too, and that has one.
 */
function exceptionRows({ stored, exception }: AccessChange, partitionKey: string): ExceptionRows {
  const altered = stored.altered?.exceptions.filter(({ id }) => id !== exception?.id) ?? [];
  const wanted = [...altered.flatMap(({ audited }) => audited ?? []), ...(exception ? [exception] : [])];
  const unknown = altered.filter(({ audited }) => audited === undefined);
  return {
    put: wanted.map((one) => exceptionRow(partitionKey, one)),
    discard: unknown.map(({ id }) => ({ partitionKey, rowKey: `${exceptionPrefix}${id}` })),
  };
}

interface ExceptionRows {
  readonly put: readonly Row[];
  readonly discard: readonly Row[];
}

/** A row that could not be written after the commit would leave the outbox full for good, so it is refused before. */
function assertMayGrow(stored: StoredAccess, plan: Plan, built: Built): void {
  const size = requestSize(built.record);
  const takesAway = plan.changes.length > 0 && plan.changes.every((change) => change.type === 'revoke');
  if (takesAway || (stored.record !== undefined && size <= requestSize(recordRows(stored.record)))) return;
  if (size > largestGrowingRecord) {
    throw new InvalidInputError(`The record of user ${plan.desired.userId} would outgrow its limit: ${size} bytes.`);
  }
  const { tenantId, revision } = built.link.record;
  for (const put of plan.derived) derivedRow(tenantId, put, revision);
  if (built.outbox.feed !== undefined) feedRow(tenantId, built.outbox.feed, new Date(0));
}

function create(row: Row): TransactionAction {
  return ['create', row];
}

/** The ETag stands on the first row; further rows only change together with it. */
function recordActions(rows: readonly [Row, ...Row[]], etag: string | undefined, before: number): TransactionAction[] {
  const [first, ...more] = rows;
  const { partitionKey, rowKey } = first;
  const emptied = Array.from({ length: Math.max(0, before - rows.length) }, (_, index) => ({
    partitionKey,
    rowKey: moreRowKey(rowKey, rows.length + index),
  }));
  return [
    etag === undefined ? create(first) : ['update', first, 'Replace', { etag }],
    ...[...more, ...emptied].map((row): TransactionAction => ['upsert', row, 'Replace']),
  ];
}
