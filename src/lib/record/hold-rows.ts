import { approvalsSchema, holdColumnsSchema, lossColumnsSchema, passedSchema } from '../model/hold-schema.ts';
import type { Hold, LossRow } from '../model/hold.ts';
import { encodeKey, tenantPartition, userKey } from '../model/keys.ts';
import { packRow, type Row } from './entity-codec.ts';
import { parseColumn, parseRow, type StoredRow } from './rows.ts';

export const holdKey = 'hold';
export const lossPrefix = 'loss|';

/** Partition of one ledger. */
export function ledgerPartition(tenantId: string, ledger: string): string {
  return `${tenantPartition(tenantId)}|${encodeKey(ledger)}`;
}

export function lossKey(userId: string): string {
  return `${lossPrefix}${userKey(userId)}`;
}

export function holdRow(tenantId: string, hold: Hold): Row {
  const { ledger, passed, approvals, ...columns } = hold;
  const keys = { partitionKey: ledgerPartition(tenantId, ledger), rowKey: holdKey };
  return packRow(keys, {
    v: 1,
    ...columns,
    passed: JSON.stringify(passed),
    approvals: JSON.stringify(approvals),
  });
}

export function parseHold(row: StoredRow): Hold {
  const ledger = row.partitionKey.slice(row.partitionKey.indexOf('|') + 1);
  const { base, ...columns } = parseRow(holdColumnsSchema, row);
  const passed = parseColumn(passedSchema, row, 'passed');
  const approvals = parseColumn(approvalsSchema, row, 'approvals');
  return { ledger, ...columns, base, passed, approvals };
}

export function lossRow(tenantId: string, ledger: string, { userId, ...columns }: LossRow): Row {
  const keys = { partitionKey: ledgerPartition(tenantId, ledger), rowKey: lossKey(userId) };
  return packRow(keys, { v: 1, ...columns });
}

export function parseLoss(row: StoredRow): LossRow {
  return { userId: row.rowKey.slice(lossPrefix.length), ...parseRow(lossColumnsSchema, row) };
}
