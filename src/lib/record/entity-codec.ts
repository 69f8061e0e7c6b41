/**
 * Long values in rows. A string property holds at most 64 KiB (32,768 UTF-16 units), an entity at most 1 MiB and 252 properties of
 * ours (Microsoft Learn, "Understanding the Table service data model"), and Azurite enforces neither of the last two. So a long
 * text goes on in `name__2`, `name__3` …, and what does not fit into a row goes on in rows `{rowKey}|more|01` … of the same
 * transaction, whose number the first row keeps in `moreRows`.
 */
import { InvalidInputError } from '../errors.ts';
import { isSafeKey } from '../model/keys.ts';

export type Column = string | number | boolean;

/** A row as it is written. */
export type Row = Readonly<Record<string, Column>> & { readonly partitionKey: string; readonly rowKey: string };

/** Columns to write; absent values are left out. */
export type Columns = Readonly<Record<string, Column | undefined>>;

/** Keys of a row. */
export interface RowKeys {
  readonly partitionKey: string;
  readonly rowKey: string;
}

/** The longest piece of a text in one property, in UTF-16 units. */
export const pieceLength = 32_000;
/** Bytes of an entity that we use; the limit is 1,048,576. */
const largestEntity = 1_000_000;
const mostProperties = 250;
const columnName = /^[A-Za-z][A-Za-z0-9]*$/;
const continued = /^(?<name>.+)__(?<part>\d+)$/;

/**
 * The one row that holds these columns.
 *
 * @throws InvalidInputError when they need more than one
 */
export function packRow(keys: RowKeys, columns: Columns): Row {
  const [row, ...more] = packRows(keys, columns);
  if (more.length === 0) return row;
  throw new InvalidInputError(`The row ${keys.partitionKey} / ${keys.rowKey} would outgrow its limit.`);
}

/** The rows that hold these columns; absent values are left out. */
export function packRows(keys: RowKeys, columns: Columns): readonly [Row, ...Row[]] {
  if (!isSafeKey(keys.partitionKey) || !isSafeKey(keys.rowKey)) {
    throw new InvalidInputError(`The key ${keys.partitionKey} / ${keys.rowKey} is not made of safe characters.`);
  }
  const first: Record<string, Column> = {};
  const more: Record<string, Column>[] = [];
  let size = keysSize(keys);
  for (const [name, value] of pieces(columns)) {
    const added = propertySize(name, value);
    const open = more.at(-1) ?? first;
    if (size + added > largestEntity || Object.keys(open).length >= mostProperties) {
      more.push({ [name]: value });
      size = keysSize(keys) + added;
    } else {
      open[name] = value;
      size += added;
    }
  }
  const { partitionKey, rowKey } = keys;
  const moreRows = more.length === 0 ? {} : { moreRows: more.length };
  return [
    { ...first, ...moreRows, partitionKey, rowKey },
    ...more.map((row, index) => ({ ...row, partitionKey, rowKey: moreRowKey(rowKey, index + 1) })),
  ];
}

/** Key of the n-th row (from 1) that goes on with a row. */
export function moreRowKey(rowKey: string, index: number): string {
  return `${rowKey}|more|${String(index).padStart(2, '0')}`;
}

/** The columns of a packed row: `rows` are the first row and those that go on with it, in order. */
export function unpackRows(rows: readonly Readonly<Record<string, unknown>>[]): Readonly<Record<string, unknown>> {
  const columns: Record<string, unknown> = {};
  const longer = new Map<string, string[]>();
  for (const row of rows) {
    for (const [column, value] of Object.entries(row)) {
      const { name, part } = continued.exec(column)?.groups ?? {};
      if (name === undefined || typeof value !== 'string') columns[column] ??= value;
      else {
        const parts = longer.get(name) ?? [];
        parts[Number(part)] = value;
        longer.set(name, parts);
      }
    }
  }
  for (const [name, parts] of longer) columns[name] = [columns[name], ...parts.slice(2)].join('');
  return columns;
}

/** A text in pieces that fit a property. A surrogate pair is never parted: half of one can't be sent as UTF-8. */
export function splitText(text: string, length = pieceLength): readonly string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length || start === 0;) {
    let end = Math.min(start + length, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1)) && isLowSurrogate(text.charCodeAt(end)))
      end -= 1;
    parts.push(text.slice(start, end));
    if (end >= text.length) break;
    start = end;
  }
  return parts;
}

function keysSize({ partitionKey, rowKey }: RowKeys): number {
  // Room for the suffix of a row that goes on, for `moreRows` and for the service's own Timestamp.
  return 4 + 2 * (partitionKey.length + rowKey.length + 16) + 64;
}

function propertySize(name: string, value: Column): number {
  const valueSize = typeof value === 'string' ? 2 * value.length + 4 : typeof value === 'number' ? 8 : 1;
  return 8 + 2 * name.length + valueSize;
}

function* pieces(columns: Columns): Generator<readonly [string, Column]> {
  for (const [name, value] of Object.entries(columns)) {
    if (value === undefined) continue;
    if (!columnName.test(name)) throw new InvalidInputError(`The column ${name} is not made of letters and digits.`);
    if (typeof value !== 'string') yield [name, value];
    else
      for (const [index, part] of splitText(value).entries())
        yield [index === 0 ? name : `${name}__${index + 1}`, part];
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
