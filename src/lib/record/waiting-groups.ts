import { encodeKey, tenantPartition, userKey } from '../model/keys.ts';
import type { WaitingGroup } from '../model/waiting-group.ts';
import { waitingGroupSchema } from '../model/watched-schema.ts';
import type { WaitingGroupStore } from '../ports.ts';
import type { Tables } from './connect-tables.ts';
import { packRow, type Row } from './entity-codec.ts';
import { deleteRow, insertRow, jsonColumn, listRows, parseValue, putRow, rowsWith, type StoredRow } from './rows.ts';

const prefix = 'waiting|';

/** Groups of one tenant that wait to be pinned: rows `waiting|{rule}|{group}` of table `directory`. */
export function createWaitingGroups(tables: Tables, tenantId: string): WaitingGroupStore {
  const table = tables.directory;
  const partitionKey = tenantPartition(tenantId);

  const rowOf = ({ info, parts, ...columns }: WaitingGroup): Row =>
    packRow(
      { partitionKey, rowKey: `${prefix}${encodeKey(columns.ruleId)}|${userKey(columns.groupId)}` },
      { ...columns, info: JSON.stringify(info), parts: parts && JSON.stringify(parts) },
    );

  async function list(): Promise<readonly WaitingGroup[]> {
    const waiting: WaitingGroup[] = [];
    for await (const row of listRows(table, rowsWith(partitionKey, prefix))) waiting.push(parse(row));
    return waiting;
  }

  return {
    list,
    async replace(waiting) {
      const known = new Map((await list()).map((group) => [keyOf(group), group]));
      const added: WaitingGroup[] = [];
      for (const group of waiting) {
        const before = known.get(keyOf(group));
        known.delete(keyOf(group));
        const row = rowOf({ ...group, since: before?.since ?? group.since });
        if (before !== undefined) await putRow(table, row);
        else if ((await insertRow(table, row)) !== undefined) added.push(group);
      }
      for (const gone of known.values()) await deleteRow(table, rowOf(gone));
      return added;
    },
  };
}

function keyOf({ ruleId, groupId }: WaitingGroup): string {
  return `${ruleId}|${groupId}`;
}

function parse(row: StoredRow): WaitingGroup {
  const { info, parts, ...columns } = {
    ...row.columns,
    info: jsonColumn(row, 'info'),
    parts: jsonColumn(row, 'parts'),
  };
  return parseValue(waitingGroupSchema, row, { ...columns, info, ...(parts === undefined ? {} : { parts }) });
}
