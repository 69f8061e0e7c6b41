import { innerOperations } from './batch-body.ts';
import { keyKind } from './key-kind.ts';

export type QueueVerb = 'createQueue' | 'send' | 'receive' | 'peek' | 'update' | 'delete' | 'clear' | 'properties';
export type TableVerb = 'createTable' | 'insert' | 'get' | 'query' | 'replace' | 'merge' | 'delete' | 'transaction';

/** One operation on a row, alone or inside a transaction. */
export interface RowOperation {
  /** Table name, as in the URL. */
  resource: string;
  verb: TableVerb;
  /** Kinds of the keys (key-kind.ts), where the operation names them. */
  partitionKind?: string;
  rowKind?: string;
}

/** One HTTP request to the storage, understood. */
export interface StorageOperation {
  service: 'queue' | 'table';
  /** Queue or table; empty for operations on the account. */
  resource: string;
  verb: QueueVerb | TableVerb | 'other';
  partitionKind?: string;
  rowKind?: string;
  /** The operations inside a table transaction. */
  inner: readonly RowOperation[];
  /** Whether it changes what others can see: everything but reads and receives. */
  write: boolean;
}

const reads = new Set<string>(['receive', 'peek', 'properties', 'get', 'query', 'other']);

/** Understands a request by method, target (path with query, the account first) and, for tables, its body. */
export function parseOperation(
  service: 'queue' | 'table',
  method: string,
  target: string,
  body: Buffer,
): StorageOperation {
  const { pathname, searchParams } = new URL(target, 'http://storage');
  const [, resource = '', ...rest] = decodeURIComponent(pathname).slice(1).split('/');
  const parsed =
    service === 'queue'
      ? parseQueue(method, resource, rest, searchParams)
      : parseTable(method, [resource, ...rest].join('/'), body);
  return { service, inner: [], ...parsed, write: !reads.has(parsed.verb) };
}

type Parsed = Pick<StorageOperation, 'resource' | 'verb'> & Partial<StorageOperation>;

function parseQueue(method: string, resource: string, rest: readonly string[], query: URLSearchParams): Parsed {
  if (rest.length === 0) {
    return {
      resource,
      verb: method === 'PUT' && !query.has('comp') ? 'createQueue' : method === 'GET' ? 'properties' : 'other',
    };
  }
  const onMessage = rest.length > 1;
  if (method === 'POST') return { resource, verb: 'send' };
  if (method === 'PUT') return { resource, verb: 'update' };
  if (method === 'DELETE') return { resource, verb: onMessage ? 'delete' : 'clear' };
  return { resource, verb: query.get('peekonly') === 'true' ? 'peek' : 'receive' };
}

function parseTable(method: string, path: string, body: Buffer): Parsed {
  if (path === '$batch') {
    const inner = innerOperations(body, (innerMethod, innerPath, innerBody) =>
      parseRow(innerMethod, innerPath, innerBody),
    );
    const first = inner[0];
    const resource = first?.resource ?? '';
    return {
      resource,
      verb: 'transaction',
      inner,
      ...(first?.partitionKind !== undefined && { partitionKind: first.partitionKind }),
    };
  }
  if (path === 'Tables' || path.startsWith('Tables(')) {
    return { resource: '', verb: method === 'POST' ? 'createTable' : 'other' };
  }
  return parseRow(method, path, body.toString('utf8'));
}

const entityPath = /^(\w+)\(PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'\)$/;
const verbs: Readonly<Record<string, TableVerb>> = {
  GET: 'get',
  PUT: 'replace',
  PATCH: 'merge',
  MERGE: 'merge',
  DELETE: 'delete',
};

function parseRow(method: string, path: string, body: string): RowOperation {
  const entity = entityPath.exec(path);
  if (entity !== null) {
    const [, resource = '', partitionKey = '', rowKey = ''] = entity;
    return { resource, verb: verbs[method] ?? 'query', partitionKind: keyKind(partitionKey), rowKind: keyKind(rowKey) };
  }
  const resource = /^\w+/.exec(path)?.[0] ?? '';
  if (method !== 'POST') return { resource, verb: 'query' };
  const [partitionKind, rowKind] = ['PartitionKey', 'RowKey'].map((name) => keyKind(property(body, name)));
  return { resource, verb: 'insert', partitionKind: partitionKind ?? '', rowKind: rowKind ?? '' };
}

/** A string property of a JSON body without parsing all of it: records can be large and the keys are what counts. */
function property(body: string, name: string): string {
  return new RegExp(`"${name}"\\s*:\\s*"([^"]*)"`).exec(body)?.[1] ?? '';
}
