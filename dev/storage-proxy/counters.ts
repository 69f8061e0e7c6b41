import type { StorageOperation } from './operation.ts';

/** How often something was asked of the storage. */
export interface OperationCount {
  service: 'queue' | 'table';
  resource: string;
  verb: string;
  partitionKind?: string;
  rowKind?: string;
  /** Rows of a transaction are counted beside the transaction itself. */
  inTransaction: boolean;
  count: number;
}

export interface Counters {
  add(operation: StorageOperation): void;
  list(): OperationCount[];
  /** HTTP requests, whatever they carried. */
  requests(): number;
  reset(): void;
}

export function createCounters(): Counters {
  const counts = new Map<string, OperationCount>();
  let requests = 0;

  const add = (counted: Omit<OperationCount, 'count'>): void => {
    const key = Object.values(counted).join(' ');
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { ...counted, count: 1 });
    else known.count += 1;
  };
  return {
    add({ service, inner, resource, verb, partitionKind, rowKind }) {
      requests += 1;
      add({ service, resource, verb, inTransaction: false, ...kinds(partitionKind, rowKind) });
      for (const row of inner) {
        const { resource: table, verb: rowVerb } = row;
        add({ service, resource: table, verb: rowVerb, inTransaction: true, ...kinds(row.partitionKind, row.rowKind) });
      }
    },
    list: () => [...counts.values()].map((counted) => ({ ...counted })),
    requests: () => requests,
    reset() {
      counts.clear();
      requests = 0;
    },
  };
}

function kinds(partitionKind: string | undefined, rowKind: string | undefined) {
  return { ...(partitionKind !== undefined && { partitionKind }), ...(rowKind !== undefined && { rowKind }) };
}
