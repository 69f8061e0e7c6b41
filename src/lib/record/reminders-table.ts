import { encodeKey, tenantPartition } from '../model/keys.ts';
import type { Clock, ReminderStore } from '../ports.ts';
import type { Tables } from './connect-tables.ts';
import { findRow, insertRow } from './rows.ts';

/** Reminders that were given, in the `operations` table: row `reminder|{version}|{threshold}`. */
export function createRemindersTable(tables: Tables, tenantId: string, clock: Clock): ReminderStore {
  const table = tables.operations;
  const partitionKey = tenantPartition(tenantId);
  const rowKeyOf = (key: string) => key.split('|').map(encodeKey).join('|');
  return {
    reminded: async (key) => (await findRow(table, partitionKey, rowKeyOf(key))) !== undefined,
    async remember(key) {
      const sentDateTime = clock.now().toISOString();
      await insertRow(table, { partitionKey, rowKey: rowKeyOf(key), v: 1, sentDateTime });
    },
  };
}
