/** What one change of a record writes, and whether it may be written. */
import type { TransactionAction } from '@azure/data-tables';
import { InvalidInputError } from '../errors.ts';
import type { AccessRecord } from '../model/access.ts';
import type { Plan } from '../model/plan.ts';
import type { Cause, FeedSummary, OutboxEntry, StoredAccess } from '../model/stored-access.ts';
import { auditRows, outboxRows, recordRows } from './access-rows.ts';
import { nextLink } from './audit-chain.ts';
import { feedRow } from './change-feed.ts';
import { derivedRow } from './derived-rows.ts';
import { moreRowKey, type Row } from './entity-codec.ts';
import { assertFits, fitsTransaction, requestSize } from './transaction-limits.ts';

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

/**
 * Record, audit entry and outbox row of one change.
 *
 * @throws InvalidInputError when the record would outgrow its limits; never for a change that only takes away
 */
export function accessTransaction(
  stored: StoredAccess,
  plan: Plan,
  feed: FeedSummary | undefined,
  cause: Cause,
  now: string,
): AccessTransaction {
  const withSnapshot = build(stored, plan, feed, cause, now, true);
  const all = [...withSnapshot.record, ...withSnapshot.audit, ...withSnapshot.outboxed];
  const built = fitsTransaction(all) ? withSnapshot : build(stored, plan, feed, cause, now, false);
  assertMayGrow(stored, plan, built);
  assertFits([...built.record, ...built.audit, ...built.outboxed], `The change of user ${plan.desired.userId}`);

  const before = stored.record === undefined ? 0 : recordRows(stored.record).length;
  return {
    record: built.link.record,
    outbox: built.outbox,
    moreOutboxRows: built.outboxed.length - 1,
    actions: [...recordActions(built.record, stored.etag, before), ...[...built.audit, ...built.outboxed].map(create)],
  };
}

interface Built {
  readonly link: ReturnType<typeof nextLink>;
  readonly outbox: OutboxEntry;
  readonly record: readonly [Row, ...Row[]];
  readonly audit: readonly Row[];
  readonly outboxed: readonly Row[];
}

function build(
  stored: StoredAccess,
  plan: Plan,
  feed: FeedSummary | undefined,
  cause: Cause,
  now: string,
  snapshots: boolean,
): Built {
  const link = nextLink(stored.record, plan, cause, now, snapshots);
  const { revision } = link.record;
  const outbox = { revision, derived: plan.derived, ...(feed === undefined ? {} : { feed: { ...feed, revision } }) };
  const record = recordRows(link.record);
  const audit = auditRows(link.entry);
  return { link, outbox, record, audit, outboxed: outboxRows(record[0].partitionKey, outbox) };
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
