import { odata, type TransactionAction } from '@azure/data-tables';
import type { AuditEntry } from '../model/audit-entry.ts';
import { tenantPartition, userPartition } from '../model/keys.ts';
import type { OutboxEntry, RecordedAccess, StoredAccess } from '../model/stored-access.ts';
import type { AccessStore, Clock } from '../ports.ts';
import {
  auditPrefix,
  currentFrom,
  exceptionPrefix,
  outboxKey,
  outboxPrefix,
  recordKey,
  toAuditEntry,
  toOutboxEntry,
} from './access-rows.ts';
import { accessTransaction } from './access-transaction.ts';
import { auditedAccess } from './audited-access.ts';
import type { Tables } from './connect-tables.ts';
import { moreRowKey } from './entity-codec.ts';
import { commit, deleteRow, endOf, findRow, listRows, rowsWith, type StoredRow } from './rows.ts';
import { UserRows } from './user-rows.ts';

/** Records, audit entries and outboxes of one tenant: one partition per user of the `access` table. */
export function createAccessTable(tables: Tables, tenantId: string, clock: Clock): AccessStore {
  const table = tables.access;
  const tenant = tenantPartition(tenantId);
  /** Further rows of outbox entries that this process read or wrote, so that clearing one costs no read. */
  const moreRowsOf = new Map<string, number>();
  const remember = (userId: string, revision: number, moreRows: number): void => {
    if (moreRowsOf.size > 10_000) moreRowsOf.clear();
    moreRowsOf.set(`${userId}|${revision}`, moreRows);
  };

  /** What is not as written is looked at twice: a writer may have come between the rows and the audit entries. */
  async function read(userId: string): Promise<StoredAccess> {
    const first = await readOnce(userId);
    return first.altered === undefined ? first : readOnce(userId);
  }

  async function readOnce(userId: string): Promise<StoredAccess> {
    const partition = userPartition(tenantId, userId);
    const outbox: OutboxEntry[] = [];
    const rows = new UserRows();
    for await (const row of listRows(table, odata`PartitionKey eq ${partition} and RowKey ge ${currentFrom}`)) {
      if (row.rowKey === recordKey) {
        rows.addRecord(row);
      } else if (row.rowKey.startsWith(outboxPrefix)) {
        const entry = toOutboxEntry(row);
        remember(userId, entry.revision, Number(row.columns['moreRows'] ?? 0));
        outbox.push(entry);
      } else if (row.rowKey.startsWith(exceptionPrefix)) {
        rows.addException(row);
      }
    }
    const { record, etag, exceptions } = rows;
    const found = { outbox, ...(etag === undefined ? {} : { etag }) };
    if (record !== undefined && rows.isIntact()) return { ...found, record, exceptions };
    return { ...found, ...rows.corrected(await auditedAccess({ tenantId, userId }, auditRows(userId))) };
  }

  function auditRows(userId: string): AsyncGenerator<StoredRow> {
    return listRows(table, rowsWith(userPartition(tenantId, userId), auditPrefix));
  }

  async function clearOutbox(userId: string, revision: number): Promise<void> {
    const keys = { partitionKey: userPartition(tenantId, userId), rowKey: outboxKey(revision) };
    const known = moreRowsOf.get(`${userId}|${revision}`);
    const moreRows =
      known ?? Number((await findRow(table, keys.partitionKey, keys.rowKey, ['moreRows']))?.columns['moreRows'] ?? 0);
    const further = Array.from({ length: moreRows }, (_, index): TransactionAction => [
      'delete',
      { partitionKey: keys.partitionKey, rowKey: moreRowKey(keys.rowKey, index + 1) },
    ]);
    // All rows go at once or another worker was first: nobody leaves a part of an entry behind.
    if (moreRows === 0) await deleteRow(table, keys);
    else await commit(table, [['delete', keys], ...further]);
    moreRowsOf.delete(`${userId}|${revision}`);
  }

  async function* history(userId: string): AsyncGenerator<AuditEntry> {
    for await (const row of auditRows(userId)) yield toAuditEntry(row);
  }

  /** A partition's exceptions come before its record; those of somebody who has none are no record's. */
  async function* records(after?: string): AsyncGenerator<RecordedAccess> {
    const from = after === undefined ? `${tenant}|` : userPartition(tenantId, after);
    const filter = odata`PartitionKey gt ${from} and PartitionKey lt ${endOf(`${tenant}|`)} and RowKey ge ${currentFrom} and (RowKey lt ${endOf(exceptionPrefix)} or (RowKey ge ${recordKey} and RowKey lt ${endOf(recordKey)}))`;
    let rows = new UserRows();
    let partition = '';
    for await (const row of listRows(table, filter)) {
      if (row.partitionKey !== partition) rows = new UserRows();
      partition = row.partitionKey;
      if (row.rowKey !== recordKey) {
        rows.addException(row);
        continue;
      }
      rows.addRecord(row);
      const { record, exceptions } = rows;
      if (record !== undefined) yield { record, exceptions, ...(rows.isIntact() ? {} : { altered: true }) };
    }
  }

  async function* unpublished(): AsyncGenerator<string> {
    const filter = odata`PartitionKey gt ${`${tenant}|`} and PartitionKey lt ${endOf(`${tenant}|`)} and RowKey ge ${outboxPrefix} and RowKey lt ${endOf(outboxPrefix)}`;
    let latest = '';
    for await (const { partitionKey } of listRows(table, filter, ['revision'])) {
      if (partitionKey === latest) continue;
      latest = partitionKey;
      yield partitionKey.slice(tenant.length + 1);
    }
  }

  return {
    read,
    clearOutbox,
    history,
    records,
    unpublished,
    apply: async (stored, plan, feed, cause, exception) => {
      const now = clock.now().toISOString();
      const transaction = accessTransaction({ stored, plan, feed, cause, now, exception });
      if (!(await commit(table, transaction.actions))) return undefined;
      remember(plan.desired.userId, transaction.record.revision, transaction.moreOutboxRows);
      return { record: transaction.record, outbox: transaction.outbox };
    },
  };
}
