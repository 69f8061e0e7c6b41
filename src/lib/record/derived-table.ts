import { odata } from '@azure/data-tables';
import { z } from 'zod';
import { inParallel } from '../in-parallel.ts';
import { accountFactSchema, groupFactSchema } from '../model/facts-schema.ts';
import {
  accountsPartition,
  encodeKey,
  groupPartition,
  tenantPartition,
  userKey,
  userPartition,
} from '../model/keys.ts';
import type { DerivedPut } from '../model/plan.ts';
import type { DerivedRow, RecordedAccount, RecordedMember } from '../model/recorded.ts';
import type { OutboxEntry } from '../model/stored-access.ts';
import type { DerivedStore } from '../ports.ts';
import { recordKey } from './access-rows.ts';
import { appendToFeed } from './change-feed.ts';
import type { Tables } from './connect-tables.ts';
import { derivedPartition, derivedRow, toDerivedRow } from './derived-rows.ts';
import { deleteRow, endOf, findRow, insertRow, listRows, parseColumn, parseRow, readable } from './rows.ts';
import { replaceRow, untilWon, type StoredRow } from './rows.ts';

/** Rows of one change written at the same time. */
const width = 16;
const columnsOfMember = ['fact', 'assigned'];
const columnsOfAccount = [...columnsOfMember, 'displayName', 'userPrincipalName', 'mail'];

/**
 * Derived rows of one tenant: tables `assignments` and `changes`. Every row is written only over a lower revision. A row that
 * somebody made unreadable counts as none, until full sync repairs it.
 */
export function createDerivedTable(tables: Tables, tenantId: string): DerivedStore {
  const table = tables.assignments;
  const tenant = tenantPartition(tenantId);

  /** Rows read first when they are most likely there: a tombstone ends a row, and an account has one from the beginning. */
  async function write(put: DerivedPut, revision: number, over: 'lower' | 'sameOrLower'): Promise<void> {
    const row = derivedRow(tenantId, put, revision);
    const probablyThere = put.values === undefined || (put.partition === accountsPartition && revision > 1);
    const find = (): Promise<StoredRow | undefined> =>
      findRow(table, row.partitionKey, row.rowKey, ['revision', 'owner']);
    await untilWon(`The derived row ${row.partitionKey} / ${row.rowKey}`, async (round) => {
      const stored = round > 0 || probablyThere || over === 'sameOrLower' ? await find() : undefined;
      if (stored === undefined) return insertRow(table, row);
      const there = Number(stored.columns['revision']);
      const outdated = there > revision || (there === revision && over === 'lower');
      const leave = stored.columns['owner'] === put.owner ? outdated : !(await holdsName(put));
      if (leave) return stored.etag;
      return replaceRow(table, row, stored.etag);
    });
  }

  /**
   * A name that went over to somebody else: who holds it now takes the row, who held it before has no say any more, however late
   * they publish. Their record tells; revisions of different people can't be compared.
   */
  async function holdsName({ owner, rowKey, values }: DerivedPut): Promise<boolean> {
    if (owner === undefined || values === undefined) return false;
    const columns = ['userPrincipalName', 'state'];
    const record = (await findRow(tables.access, userPartition(tenantId, owner), recordKey, columns))?.columns;
    return String(record?.['userPrincipalName']).toLowerCase() === rowKey && record?.['state'] !== 'removed';
  }

  async function publish(entry: OutboxEntry): Promise<void> {
    const tombstones = entry.derived.filter((put) => put.values === undefined);
    const puts = entry.derived.filter((put) => put.values !== undefined);
    for (const batch of [tombstones, puts]) {
      await inParallel(batch, width, (put) => write(put, entry.revision, 'lower'));
    }
    if (entry.feed !== undefined) await appendToFeed(tables, tenantId, entry.feed);
  }

  async function* assigned(suffix: string, columns: string[]): AsyncGenerator<StoredRow> {
    const filter = odata`PartitionKey eq ${derivedPartition(tenantId, suffix)} and assigned eq true`;
    yield* listRows(table, filter, columns);
  }

  async function* members(groupId: string): AsyncGenerator<RecordedMember> {
    for await (const row of assigned(groupPartition(groupId), columnsOfMember)) {
      const fact = readable(() => parseColumn(groupFactSchema, row, 'fact'));
      if (fact) yield { userId: row.rowKey, fact };
    }
  }

  async function account(userId: string): Promise<RecordedAccount | undefined> {
    const partition = derivedPartition(tenantId, accountsPartition);
    const row = await findRow(table, partition, userKey(userId), columnsOfAccount);
    return row?.columns['assigned'] === true ? readable(() => toAccount(row)) : undefined;
  }

  async function* accounts(): AsyncGenerator<RecordedAccount> {
    for await (const row of assigned(accountsPartition, columnsOfAccount)) {
      const found = readable(() => toAccount(row));
      if (found) yield found;
    }
  }

  /** From partition to partition: one row of each is read. */
  async function* partitions(): AsyncGenerator<string> {
    let latest = `${tenant}|`;
    for (;;) {
      const next = await firstPartition(latest);
      if (next === undefined) return;
      yield next.slice(tenant.length + 1);
      latest = next;
    }
  }

  async function firstPartition(after: string): Promise<string | undefined> {
    const filter = odata`PartitionKey gt ${after} and PartitionKey lt ${endOf(`${tenant}|`)}`;
    const queryOptions = { filter, select: ['PartitionKey', 'RowKey'] };
    // A page may be empty and still have a next one.
    for await (const page of table.listEntities({ queryOptions }).byPage({ maxPageSize: 1 })) {
      const [row] = page;
      if (row?.partitionKey !== undefined) return row.partitionKey;
    }
    return undefined;
  }

  async function* rows(partition: string, from: string, to?: string): AsyncGenerator<DerivedRow> {
    const before = to === undefined ? '' : odata` and RowKey lt ${encodeKey(to)}`;
    const filter = odata`PartitionKey eq ${derivedPartition(tenantId, partition)} and RowKey ge ${encodeKey(from)}`;
    for await (const row of listRows(table, filter + before)) yield toDerivedRow(tenantId, row);
  }

  async function purge(row: DerivedRow): Promise<void> {
    const keys = { partitionKey: derivedPartition(tenantId, row.partition), rowKey: encodeKey(row.rowKey) };
    const stored = await findRow(table, keys.partitionKey, keys.rowKey);
    const there = stored && toDerivedRow(tenantId, stored);
    const isSame = there?.revision === row.revision && (there.values === undefined) === (row.values === undefined);
    if (stored === undefined || !isSame) return;
    await deleteRow(table, keys, stored.etag);
  }

  return {
    publish,
    members,
    account,
    accounts,
    partitions,
    rows,
    purge,
    repair: (row) => write(row, row.revision, 'sameOrLower'),
  };
}

const identitySchema = z.object({
  displayName: z.string().exactOptional(),
  userPrincipalName: z.string().exactOptional(),
  mail: z.string().exactOptional(),
});

function toAccount(row: StoredRow): RecordedAccount {
  const fact = parseColumn(accountFactSchema, row, 'fact');
  return { userId: row.rowKey, fact, ...parseRow(identitySchema, row) };
}
