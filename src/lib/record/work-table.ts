import { odata } from '@azure/data-tables';
import { z } from 'zod';
import { tenantPartition, userKey } from '../model/keys.ts';
import type { WorkRow } from '../model/work.ts';
import type { Lane } from '../model/request.ts';
import type { Log } from '../log.ts';
import type { Clock, WorkList } from '../ports.ts';
import type { Tables } from './connect-tables.ts';
import { packRow, type Row } from './entity-codec.ts';
import {
  deleteRow,
  findRow,
  insertRow,
  listRows,
  parseRow,
  putRow,
  readable,
  replaceRow,
  rowsWith,
  untilWon,
  type StoredRow,
} from './rows.ts';

const openPrefix = 'open|';
const duePrefix = 'due|';
const firstDelay = 60_000;
const longestDelay = 900_000;

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Work of one tenant that must not be forgotten. `open|{userId}`: a user whose message failed for good; `due|{time}|{userId}|…`:
 * a user to look at from a time on. Both keep when they are next due in a column, so that a row can wait longer each time.
 */
export function createWorkTable(tables: Tables, tenantId: string, { clock, log }: Deps): WorkList {
  const table = tables.work;
  const partitionKey = tenantPartition(tenantId);

  const rowOf = (rowKey: string, columns: Omit<Columns, 'nextDueDateTime'>): Row => {
    return packRow({ partitionKey, rowKey }, { ...columns, v: 1, nextDueDateTime: nextDue(columns.attempts) });
  };
  const nextDue = (attempts: number): string => {
    const delay = Math.min(firstDelay * 2 ** attempts, longestDelay);
    return new Date(clock.now().getTime() + delay).toISOString();
  };

  async function open(userId: string, reason: string, lane: Lane = 'fresh'): Promise<void> {
    const rowKey = `${openPrefix}${userKey(userId)}`;
    await untilWon(`The open work of user ${userId}`, async () => {
      const stored = await findRow(table, partitionKey, rowKey);
      // A row that can't be read says nothing of its own, and must not keep anybody from being written down.
      const there = stored && readable(() => parseRow(columnsSchema, stored));
      // Who waits for a change of their own still does when bulk work asks for them, too (promise 6).
      const kept = there?.lane === 'fresh' ? 'fresh' : lane;
      const row = rowOf(rowKey, { userId, reason, attempts: there?.attempts ?? 0, lane: kept });
      return stored === undefined ? insertRow(table, row) : replaceRow(table, row, stored.etag);
    });
  }

  async function schedule(userId: string, dueDateTime: string, reason: string): Promise<void> {
    const time = new Date(dueDateTime).toISOString();
    const columns = { v: 1, userId, reason, attempts: 0, lane: 'fresh', nextDueDateTime: time };
    await putRow(table, packRow({ partitionKey, rowKey: `${duePrefix}${time}|${userKey(userId)}|${reason}` }, columns));
  }

  async function* due(now: Date): AsyncGenerator<WorkRow> {
    const time = now.toISOString();
    const ripe = odata` and nextDueDateTime le ${time}`;
    for await (const row of listRows(table, rowsWith(partitionKey, openPrefix) + ripe)) yield* readableRow(row);
    const begun = odata`PartitionKey eq ${partitionKey} and RowKey ge ${duePrefix} and RowKey lt ${`${duePrefix}${time}}`}`;
    for await (const row of listRows(table, begun + ripe)) yield* readableRow(row);
  }

  /** One row that can't be read keeps nobody else waiting. */
  function* readableRow(row: StoredRow): Generator<WorkRow> {
    const work = readable(() => toWorkRow(row));
    if (work === undefined) log.warn('A row of the work table can not be read; it is left out.', { row: row.rowKey });
    else yield work;
  }

  /** The delay grows here and not when a message fails: each message sent is one attempt, whatever becomes of it. */
  async function postpone(row: WorkRow): Promise<WorkRow | undefined> {
    const { rowKey, userId, reason, lane } = row;
    const attempts = row.attempts + 1;
    const written = rowOf(rowKey, { userId, reason, attempts, lane });
    const etag = await replaceRow(table, written, row.etag);
    if (etag !== undefined) return toWorkRow({ partitionKey, rowKey, etag, columns: written });
    // Somebody else was first, or it was us and the answer was lost.
    const stored = await findRow(table, partitionKey, rowKey);
    const ours = stored?.columns['nextDueDateTime'] === written['nextDueDateTime'];
    return stored !== undefined && ours ? toWorkRow(stored) : undefined;
  }

  return {
    open,
    schedule,
    due,
    postpone,
    settle: async (rowKey, etag) => {
      await deleteRow(table, { partitionKey, rowKey }, etag);
    },
  };
}

interface Columns {
  readonly userId: string;
  readonly reason: string;
  readonly attempts: number;
  readonly lane: Lane;
  readonly nextDueDateTime: string;
}

const columnsSchema = z.object({
  userId: z.string(),
  reason: z.string(),
  attempts: z.int().min(0),
  lane: z.enum(['fresh', 'bulk']).default('fresh'),
  nextDueDateTime: z.string(),
});

function toWorkRow(row: StoredRow): WorkRow {
  const { userId, reason, attempts, lane, nextDueDateTime } = parseRow(columnsSchema, row);
  return { rowKey: row.rowKey, etag: row.etag, userId, dueDateTime: nextDueDateTime, attempts, reason, lane };
}
