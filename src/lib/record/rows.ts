/** The few operations on a table that the stores are made of. A race that was lost is an answer here, not an error. */
import { odata, RestError, type TableClient, type TransactionAction } from '@azure/data-tables';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { ConflictError, InvalidInputError } from '../errors.ts';
import { unpackRows, type Row } from './entity-codec.ts';

/** After a lost race a writer steps back a little longer each time. */
const pauseMilliseconds = 10;

/** A row as it was read: its columns with long values joined, and its ETag. */
export interface StoredRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** One row by its keys; undefined when there is none. */
export async function findRow(
  table: TableClient,
  partitionKey: string,
  rowKey: string,
  select?: string[],
): Promise<StoredRow | undefined> {
  try {
    const queryOptions = select === undefined ? {} : { select: [...select, 'PartitionKey', 'RowKey'] };
    return toStoredRow([await table.getEntity(partitionKey, rowKey, { queryOptions })]);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Rows that match an OData filter, in order of their keys; rows that go on with a row are joined to it. */
export async function* listRows(table: TableClient, filter: string, select?: string[]): AsyncGenerator<StoredRow> {
  const queryOptions = { filter, ...(select === undefined ? {} : { select: [...select, 'PartitionKey', 'RowKey'] }) };
  let open: Record<string, unknown>[] = [];
  for await (const row of table.listEntities({ queryOptions })) {
    if (/\|more\|\d+$/.test(row.rowKey ?? '')) {
      const awaited = Number(open[0]?.['moreRows'] ?? 0) >= open.length;
      // Rows that a longer value needed before stay behind, empty.
      if (awaited && row.rowKey?.startsWith(`${String(open[0]?.['rowKey'])}|more|`) === true) open.push(row);
      continue;
    }
    if (open.length > 0) yield toStoredRow(open);
    open = [row];
  }
  if (open.length > 0) yield toStoredRow(open);
}

/** Filter for the rows of a partition whose key starts with a prefix. */
export function rowsWith(partitionKey: string, prefix: string): string {
  return odata`PartitionKey eq ${partitionKey} and RowKey ge ${prefix} and RowKey lt ${endOf(prefix)}`;
}

/** The first key after all keys that start with a prefix. */
export function endOf(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

/** Inserts a row and returns its ETag. Undefined: one is there already. */
export async function insertRow(table: TableClient, row: Row): Promise<string | undefined> {
  return (await unlessLost(table.createEntity(row)))?.etag;
}

/** Replaces a row that is still as it was read and returns its new ETag. Undefined: it changed or is gone. */
export async function replaceRow(table: TableClient, row: Row, etag: string): Promise<string | undefined> {
  return (await unlessLost(table.updateEntity(row, 'Replace', { etag })))?.etag;
}

/** Writes a row whatever is there. */
export async function putRow(table: TableClient, row: Row): Promise<void> {
  await table.upsertEntity(row, 'Replace');
}

/** Deletes a row that is still as it was read, or whatever it is. False: it changed or is gone. */
export async function deleteRow(
  table: TableClient,
  keys: { readonly partitionKey: string; readonly rowKey: string },
  etag = '*',
): Promise<boolean> {
  return (await unlessLost(table.deleteEntity(keys.partitionKey, keys.rowKey, { etag }))) !== undefined;
}

/** All or nothing. False: a row of the transaction was not as it was expected to be. */
export async function commit(table: TableClient, actions: TransactionAction[]): Promise<boolean> {
  return (await unlessLost(table.submitTransaction(actions))) !== undefined;
}

/**
 * Tries a read-and-conditional-write until nobody comes between; `attempt` answers undefined when somebody did.
 *
 * @throws ConflictError after 20 attempts and about two seconds
 */
export async function untilWon<T>(what: string, attempt: (round: number) => Promise<T | undefined>): Promise<T> {
  for (let round = 0; round < 20; round += 1) {
    const result = await attempt(round);
    if (result !== undefined) return result;
    await wait(round * pauseMilliseconds);
  }
  throw new ConflictError(`${what} kept changing while it was written.`);
}

/** Columns of a row, parsed. The error names the row and the column, never a value. */
export function parseRow<T>(schema: z.ZodType<T>, row: StoredRow): T {
  return parseValue(schema, row, row.columns);
}

/** A column that holds JSON, parsed; an absent one is `undefined` to the schema. */
export function parseColumn<T>(schema: z.ZodType<T>, row: StoredRow, name: string): T {
  return parseValue(schema, row, jsonColumn(row, name));
}

/** Anything made from a row's columns, parsed. */
export function parseValue<T>(schema: z.ZodType<T>, row: StoredRow, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = `${issue?.path.map(String).join('.') ?? ''} ${issue?.code ?? ''}`;
  throw new InvalidInputError(`The row ${row.partitionKey} / ${row.rowKey} is not readable: ${where}`);
}

/** What could be read; undefined when somebody wrote what can't be. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}

/** A column that holds JSON; undefined when it is absent. */
export function jsonColumn(row: StoredRow, name: string): unknown {
  const text = row.columns[name];
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    const message = `The row ${row.partitionKey} / ${row.rowKey} is not readable: ${name} is not JSON.`;
    throw new InvalidInputError(message, { cause: error });
  }
}

/** Status of a storage answer that the SDK threw. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof RestError ? error.statusCode : undefined;
}

/**
 * 409: the row is there already; 412: it changed; 404: it is gone. The SDK itself repeats a request whose answer was lost, so
 * a lost race may be one that this worker won: whoever hears it reads again.
 */
async function unlessLost<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    const status = statusOf(error);
    if (status === 409 || status === 412 || (status === 404 && !isTableMissing(error))) return undefined;
    throw error;
  }
}

/** Where the SDK keeps the service's own code depends on the kind of call (observed). */
const errorCode = z.union([
  z.looseObject({ code: z.string() }).transform(({ code }) => code),
  z
    .looseObject({ details: z.looseObject({ odataError: z.looseObject({ code: z.string() }) }) })
    .transform(({ details }) => details.odataError.code),
]);

function isTableMissing(error: unknown): boolean {
  return errorCode.safeParse(error).data === 'TableNotFound';
}

function toStoredRow(rows: readonly Readonly<Record<string, unknown>>[]): StoredRow {
  const [first] = rows;
  const text = (name: string): string => (typeof first?.[name] === 'string' ? first[name] : '');
  return {
    partitionKey: text('partitionKey'),
    rowKey: text('rowKey'),
    etag: text('etag'),
    columns: unpackRows(rows),
  };
}
