/** Rows of the `assignments` table and back (docs/storage.md). */
import { z } from 'zod';
import { decodeKey, encodeKey, tenantPartition } from '../model/keys.ts';
import type { DerivedPut } from '../model/plan.ts';
import type { DerivedRow } from '../model/recorded.ts';
import { packRow, type Row } from './entity-codec.ts';
import { parseValue, type StoredRow } from './rows.ts';

/** Partition of derived rows with this suffix. */
export function derivedPartition(tenantId: string, suffix: string): string {
  return `${tenantPartition(tenantId)}|${suffix}`;
}

/**
 * The row of a put or, without values, the tombstone. The row key is encoded here: a UPN may hold characters that no key may.
 *
 * @throws InvalidInputError when it would need more than one row
 */
export function derivedRow(tenantId: string, put: DerivedPut, revision: number): Row {
  return packRow(
    { partitionKey: derivedPartition(tenantId, put.partition), rowKey: encodeKey(put.rowKey) },
    { v: 1, ...put.values, owner: put.owner, assigned: put.values !== undefined, revision },
  );
}

/** What somebody else wrote reads as a row that is there and that any revision may replace. */
const storedSchema = z.looseObject({
  /** True when somebody has it now; false on a tombstone. */
  assigned: z.boolean().catch(true),
  revision: z.int().min(1).catch(0),
  owner: z.string().optional().catch(undefined),
});

/** A stored row; without `values` when it is a tombstone. */
export function toDerivedRow(tenantId: string, row: StoredRow): DerivedRow {
  const { partitionKey, rowKey, etag, timestamp, ...columns } = row.columns;
  const { assigned, revision, owner, ...rest } = parseValue(storedSchema, row, columns);
  const values: Record<string, string | boolean> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (typeof value === 'string' || typeof value === 'boolean') values[name] = value;
  }
  return {
    partition: row.partitionKey.slice(tenantPartition(tenantId).length + 1),
    rowKey: decodeKey(row.rowKey),
    revision,
    ...(owner === undefined ? {} : { owner }),
    writtenDateTime: typeof timestamp === 'string' ? timestamp : '',
    ...(assigned ? { values } : {}),
  };
}
