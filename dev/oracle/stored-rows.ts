import { RestError, TableClient } from '@azure/data-tables';

/** One logical row: its keys and its columns, long values joined. */
export interface OracleRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** Everything of a table between two partition keys (the second excluded); nothing when there is no such table yet. */
export async function readRows(
  storage: { readonly connectionString: string },
  tableName: string,
  from: string,
  before: string,
): Promise<readonly OracleRow[]> {
  const table = TableClient.fromConnectionString(storage.connectionString, tableName, {
    allowInsecureConnection: true,
  });
  const entities: Record<string, unknown>[] = [];
  const filter = `PartitionKey ge '${from}' and PartitionKey lt '${before}'`;
  try {
    for await (const entity of table.listEntities({ queryOptions: { filter } })) entities.push(entity);
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404) return [];
    throw error;
  }
  return joinRows(entities);
}

const rowAdded = /^(?<first>.+)\|more\|(?<number>\d+)$/;
const pieceOf = /^(?<name>.+)__(?<number>\d+)$/;
const keysAndService = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'moreRows']);

/** Puts rows `{rowKey}|more|01` … behind the row they go on with, as many as that row says, and joins `name__2` … to `name`. */
export function joinRows(entities: readonly Readonly<Record<string, unknown>>[]): readonly OracleRow[] {
  const byKeys = new Map(
    entities.map((entity) => [`${text(entity, 'partitionKey')}\n${text(entity, 'rowKey')}`, entity]),
  );
  return entities.flatMap((entity) => {
    const [partitionKey, rowKey] = [text(entity, 'partitionKey'), text(entity, 'rowKey')];
    if (rowAdded.test(rowKey)) return [];
    const further = Array.from({ length: Number(entity['moreRows'] ?? 0) }, (_, index) => {
      const key = `${partitionKey}\n${rowKey}|more|${String(index + 1).padStart(2, '0')}`;
      return byKeys.get(key) ?? {};
    });
    return [{ partitionKey, rowKey, columns: joinColumns([entity, ...further]) }];
  });
}

function joinColumns(rows: readonly Readonly<Record<string, unknown>>[]): Readonly<Record<string, unknown>> {
  const all = rows.flatMap((row) => Object.entries(row)).filter(([name]) => !keysAndService.has(name));
  const whole = new Map(all.filter(([name]) => !pieceOf.test(name)));
  const pieces = all
    .flatMap(([column, value]) => {
      const { name, number } = pieceOf.exec(column)?.groups ?? {};
      return name === undefined ? [] : [{ name, number: Number(number), value }];
    })
    .sort((a, b) => a.number - b.number);
  for (const { name, value } of pieces) whole.set(name, `${String(whole.get(name))}${String(value)}`);
  return Object.fromEntries(whole);
}

function text(entity: Readonly<Record<string, unknown>>, name: string): string {
  const value = entity[name];
  return typeof value === 'string' ? value : '';
}

/** What a key part stands for: `~` and two hex digits are one byte of UTF-8. */
export function decodeKeyPart(part: string): string {
  return decodeURIComponent(part.replaceAll('~', '%'));
}
