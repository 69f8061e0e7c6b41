/** Rows of the `access` table and back (docs/storage.md). */
import { z } from 'zod';
import { accessRecordSchema } from '../model/access-schema.ts';
import type { AccessRecord } from '../model/access.ts';
import { exceptionSchema } from '../model/exception-schema.ts';
import type { AccessException } from '../model/exception.ts';
import { auditEntrySchema } from '../model/audit-entry-schema.ts';
import type { AuditEntry } from '../model/audit-entry.ts';
import { derivedPutSchema, feedEntrySchema } from '../model/derived-schema.ts';
import { fixedWidth, reversed, unreversed, userPartition } from '../model/keys.ts';
import type { OutboxEntry } from '../model/stored-access.ts';
import { canonicalHash } from './canonical-json.ts';
import { packRow, packRows, type Row } from './entity-codec.ts';
import { jsonColumn, parseValue, type StoredRow } from './rows.ts';

/** Version of the stored shape, in column `v` of each row. */
const v = 1;

export const recordKey = 'record';
export const exceptionPrefix = 'exception|';
export const auditPrefix = 'audit|';
export const outboxPrefix = 'outbox|';
/** The record, exceptions and outbox of a partition sort from here on; audit entries sort before it. */
export const currentFrom = exceptionPrefix;

export function outboxKey(revision: number): string {
  return `${outboxPrefix}${fixedWidth(revision)}`;
}

export function recordRows(record: AccessRecord): readonly [Row, ...Row[]] {
  const { tenantId, userId, identity, facts, assignments, losers, conflicts, ...rest } = record;
  return packRows(
    { partitionKey: userPartition(tenantId, userId), rowKey: recordKey },
    {
      v,
      tenantId,
      userId,
      ...identity,
      ...rest,
      rowHash: rowHash(record),
      facts: JSON.stringify(facts),
      assignments: JSON.stringify(assignments),
      losers: JSON.stringify(losers),
      conflicts: JSON.stringify(conflicts),
    },
  );
}

export function toRecord(row: StoredRow): AccessRecord {
  const { v: version, moreRows, rowHash: hash, partitionKey, rowKey, etag, timestamp, ...columns } = row.columns;
  const { displayName, userPrincipalName, mail, ...rest } = columns;
  const identity = Object.fromEntries(
    Object.entries({ displayName, userPrincipalName, mail }).filter(([, value]) => value !== undefined),
  );
  const parts = Object.fromEntries(
    ['facts', 'assignments', 'losers', 'conflicts'].map((name) => [name, jsonColumn(row, name)]),
  );
  return parseValue(accessRecordSchema, row, { ...rest, identity, ...parts });
}

/** Hash of a whole record. It stands in the record's row, so that an edit from outside is found without a further read. */
export function rowHash(record: AccessRecord): string {
  return canonicalHash(record);
}

export function auditRows(entry: AuditEntry): readonly Row[] {
  const { changes, modifiedProperties, snapshot, ...rest } = entry;
  return packRows(
    {
      partitionKey: userPartition(entry.tenantId, entry.userId),
      rowKey: `${auditPrefix}${reversed(entry.revision)}`,
    },
    {
      v,
      ...rest,
      changes: JSON.stringify(changes),
      modifiedProperties: JSON.stringify(modifiedProperties),
      snapshot: snapshot === undefined ? undefined : JSON.stringify(snapshot),
    },
  );
}

/** The revision that the key of an audit row stands for. */
export function revisionOf(row: StoredRow): number {
  return unreversed(row.rowKey.slice(auditPrefix.length));
}

export function toAuditEntry(row: StoredRow): AuditEntry {
  const { v: version, moreRows, partitionKey, rowKey, etag, timestamp, snapshot, ...rest } = row.columns;
  const changes = jsonColumn(row, 'changes');
  const modifiedProperties = jsonColumn(row, 'modifiedProperties');
  const whole = snapshot === undefined ? {} : { snapshot: jsonColumn(row, 'snapshot') };
  return parseValue(auditEntrySchema, row, { ...rest, changes, modifiedProperties, ...whole });
}

export function outboxRows(partitionKey: string, entry: OutboxEntry): readonly Row[] {
  const { revision, derived, feed } = entry;
  return packRows(
    { partitionKey, rowKey: outboxKey(revision) },
    {
      v,
      revision,
      derived: JSON.stringify(derived),
      feed: feed === undefined ? undefined : JSON.stringify(feed),
    },
  );
}

const outboxSchema: z.ZodType<OutboxEntry> = z.object({
  revision: z.int().min(1),
  derived: z.array(derivedPutSchema),
  feed: feedEntrySchema.exactOptional(),
});

export function toOutboxEntry(row: StoredRow): OutboxEntry {
  const feed = jsonColumn(row, 'feed');
  return parseValue(outboxSchema, row, {
    revision: row.columns['revision'],
    derived: jsonColumn(row, 'derived'),
    ...(feed === undefined ? {} : { feed }),
  });
}

export function exceptionRow(partitionKey: string, exception: AccessException): Row {
  const { entitlement, scopes, ...rest } = exception;
  const { kind, id } = entitlement;
  const columns = { v, ...rest, kind, entitlementId: id, scopes: JSON.stringify(scopes) };
  return packRow({ partitionKey, rowKey: `${exceptionPrefix}${exception.id}` }, columns);
}

export function toException(row: StoredRow): AccessException {
  const { v: version, partitionKey, rowKey, etag, timestamp, kind, entitlementId, ...rest } = row.columns;
  const parts = { entitlement: { kind, id: entitlementId }, scopes: jsonColumn(row, 'scopes') };
  return parseValue(exceptionSchema, row, { ...rest, ...parts });
}
