import type { TransactionAction } from '@azure/data-tables';
import { z } from 'zod';
import { reversed, tenantPartition } from '../model/keys.ts';
import { type TenantAuditEntry, tenantAuditEntrySchema, type TenantDecision } from '../model/tenant-audit-entry.ts';
import type { Clock, TenantAudit } from '../ports.ts';
import { canonicalHash } from './canonical-json.ts';
import type { Tables } from './connect-tables.ts';
import {
  commit,
  findRow,
  jsonColumn,
  listRows,
  parseRow,
  parseValue,
  rowsWith,
  untilWon,
  type StoredRow,
} from './rows.ts';

const v = 1;
const headKey = 'head';
const headSchema = z.object({ revision: z.int().min(1), hash: z.string() });
const auditPrefix = 'audit|';

/**
 * The tenant's own audit entries: partition `{tenantId}|tenant` of the `access` table. A `head` row holds the last revision
 * and hash; it and the entry are written in one transaction, so that entries form one chain whoever writes.
 */
export function createTenantAudit(tables: Tables, tenantId: string, clock: Clock): TenantAudit {
  const table = tables.access;
  const partitionKey = `${tenantPartition(tenantId)}|tenant`;

  async function append(decision: TenantDecision): Promise<TenantAuditEntry> {
    let tried: TenantAuditEntry | undefined;
    return untilWon('The audit of the tenant', async () => {
      const stored = await findRow(table, partitionKey, headKey);
      const head = stored && { etag: stored.etag, ...parseRow(headSchema, stored) };
      // Our own entry, whose answer was lost.
      if (tried !== undefined && head?.hash === tried.hash) return tried;
      const content = {
        tenantId,
        revision: (head?.revision ?? 0) + 1,
        activityDateTime: clock.now().toISOString(),
        ...decision,
        previousHash: head?.hash ?? '',
      };
      const entry = { ...content, hash: canonicalHash(content) };
      tried = entry;
      return (await commit(table, transaction(partitionKey, entry, head?.etag))) ? entry : undefined;
    });
  }

  async function* history(): AsyncGenerator<TenantAuditEntry> {
    for await (const row of listRows(table, rowsWith(partitionKey, auditPrefix))) yield toEntry(row);
  }

  return { append, history };
}

function transaction(partitionKey: string, entry: TenantAuditEntry, etag: string | undefined): TransactionAction[] {
  const { details, ...columns } = entry;
  const head = { partitionKey, rowKey: headKey, v, revision: entry.revision, hash: entry.hash };
  const row = { partitionKey, rowKey: `${auditPrefix}${reversed(entry.revision)}`, v, ...columns };
  return [
    etag === undefined ? ['create', head] : ['update', head, 'Replace', { etag }],
    ['create', { ...row, details: JSON.stringify(details) }],
  ];
}

function toEntry(row: StoredRow): TenantAuditEntry {
  return parseValue(tenantAuditEntrySchema, row, { ...row.columns, details: jsonColumn(row, 'details') });
}
