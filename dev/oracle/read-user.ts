import { isAuditRow, toAuditEntry, type StoredAuditEntry } from './read-tables.ts';
import { toStoredRecord, type StoredRecord } from './stored-record.ts';
import { readRows } from './stored-rows.ts';

/** One user's record and audit entries, oldest first, as they are stored. */
export interface StoredUser {
  readonly record: StoredRecord | undefined;
  readonly entries: readonly StoredAuditEntry[];
}

/** Reads one user's partition from storage itself. */
export async function readUser(
  storage: { readonly connectionString: string },
  tenantId: string,
  userId: string,
): Promise<StoredUser> {
  const partition = `${tenantId.toLowerCase()}|${userId.toLowerCase()}`;
  const rows = await readRows(storage, 'access', partition, `${partition}|`);
  const record = rows.find(({ rowKey }) => rowKey === 'record');
  return {
    record: record && toStoredRecord(record),
    entries: rows
      .filter(isAuditRow)
      .map(toAuditEntry)
      .sort((a, b) => a.revision - b.revision),
  };
}
