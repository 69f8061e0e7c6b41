import { z } from 'zod';
import { encodeKey, tenantPartition, userKey } from '../model/keys.ts';
import { subscriptionSchema, watchedGroupSchema } from '../model/watched-schema.ts';
import type { StoredSubscription, WatchedGroup } from '../model/watched-group.ts';
import type { SubscriptionStore, TombstoneStore, WatchedGroupStore } from '../ports.ts';
import type { Tables } from './connect-tables.ts';
import { packRow, type Row, type RowKeys } from './entity-codec.ts';
import {
  deleteRow,
  findRow,
  insertRow,
  jsonColumn,
  listRows,
  parseRow,
  parseValue,
  putRow,
  replaceRow,
  rowsWith,
  untilWon,
  type StoredRow,
} from './rows.ts';

/** Watched groups of one tenant: rows `group|{id}` of table `directory`. */
export function createWatchedGroups(tables: Tables, tenantId: string): WatchedGroupStore {
  const table = tables.directory;
  const partitionKey = tenantPartition(tenantId);
  const rowKey = (groupId: string): string => `group|${userKey(groupId)}`;
  const parse = (row: StoredRow): WatchedGroup => {
    const columns = { ...row.columns, info: jsonColumn(row, 'info'), parents: jsonColumn(row, 'parents') };
    const { info, ...rest } = columns;
    const given = info === undefined ? rest : { ...rest, info };
    return { groupId: row.rowKey.slice('group|'.length), ...parseValue(watchedGroupSchema, row, given) };
  };
  return {
    async find(groupId) {
      const row = await findRow(table, partitionKey, rowKey(groupId));
      return row && parse(row);
    },
    async list() {
      const groups: WatchedGroup[] = [];
      for await (const row of listRows(table, rowsWith(partitionKey, 'group|'))) groups.push(parse(row));
      return groups;
    },
    change: async (groupId, change) => {
      const keys = { partitionKey, rowKey: rowKey(groupId) };
      const changed = await untilWon(`The watched group ${groupId}`, async () => {
        const stored = await findRow(table, partitionKey, keys.rowKey);
        const known = stored && parse(stored);
        const group = change(known);
        if (group === undefined) {
          return stored === undefined || (await deleteRow(table, keys, stored.etag)) ? { group } : undefined;
        }
        if (known && JSON.stringify(known) === JSON.stringify(group)) return { group };
        const row = watchedRow(keys, group);
        const written = stored === undefined ? await insertRow(table, row) : await replaceRow(table, row, stored.etag);
        return written === undefined ? undefined : { group };
      });
      return changed.group;
    },
  };
}

const tombstoneSchema = z.object({ since: z.string() });

function watchedRow(keys: RowKeys, { groupId, info, parents, ...columns }: WatchedGroup): Row {
  return packRow(keys, { ...columns, parents: JSON.stringify(parents), info: info && JSON.stringify(info) });
}

/** Tombstones of users: rows `tombstone|{id}` of table `directory`. */
export function createTombstones(tables: Tables, tenantId: string): TombstoneStore {
  const table = tables.directory;
  const keysOf = (userId: string): RowKeys => ({
    partitionKey: tenantPartition(tenantId),
    rowKey: `tombstone|${userKey(userId)}`,
  });
  return {
    async find(userId) {
      const { partitionKey, rowKey } = keysOf(userId);
      const row = await findRow(table, partitionKey, rowKey);
      return row && parseRow(tombstoneSchema, row);
    },
    async put(userId, since) {
      const row = packRow(keysOf(userId), { since });
      await untilWon(`The tombstone of user ${userId}`, async () => {
        const inserted = await insertRow(table, row);
        if (inserted !== undefined) return inserted;
        const stored = await findRow(table, row.partitionKey, row.rowKey);
        if (stored === undefined) return undefined;
        const { since: known } = parseRow(tombstoneSchema, stored);
        return known <= since ? stored.etag : replaceRow(table, row, stored.etag);
      });
    },
    async *list() {
      const filter = rowsWith(tenantPartition(tenantId), 'tombstone|');
      for await (const row of listRows(table, filter)) yield row.rowKey.slice('tombstone|'.length);
    },
    async remove(userId) {
      await deleteRow(table, keysOf(userId));
    },
  };
}

/** Our Graph subscriptions: rows `subscription|{resource}` of table `directory`, with hashes of what only Graph is told. */
export function createSubscriptions(tables: Tables, tenantId: string): SubscriptionStore {
  const table = tables.directory;
  const partitionKey = tenantPartition(tenantId);
  return {
    async list() {
      const subscriptions: StoredSubscription[] = [];
      for await (const row of listRows(table, rowsWith(partitionKey, 'subscription|'))) {
        const resource = row.rowKey.slice('subscription|'.length) === 'users' ? 'users' : 'groups';
        subscriptions.push({ resource, ...parseRow(subscriptionSchema, row) });
      }
      return subscriptions;
    },
    async save({ resource, ...columns }) {
      const keys = { partitionKey, rowKey: `subscription|${encodeKey(resource)}` };
      await putRow(table, packRow(keys, columns));
    },
  };
}
