import { odata, type TableClient } from '@azure/data-tables';
import type { JobState } from '../model/job-state.ts';
import { tenantPartition } from '../model/keys.ts';
import { jobKinds, type JobKind, type JobRequest } from '../model/request.ts';
import type { UnfinishedJob } from '../model/work.ts';
import type { Clock, JobLease, JobStore } from '../ports.ts';
import type { Tables } from './connect-tables.ts';
import type { RowKeys } from './entity-codec.ts';
import { createJobLease, leaseUntil } from './job-lease.ts';
import { jobRowKey, requestKey, toJobRow, toRow, unfinishedJob, type JobRow } from './job-row.ts';
import { findRow, insertRow, listRows, replaceRow, rowsWith, untilWon } from './rows.ts';
import type { StoredRow } from './rows.ts';

const cursorPrefix = 'cursor|';
const none = { lease: undefined };

/** Jobs of one tenant: sweeps as cursors in `directory`, the others in `operations`. */
export function createJobsTable(tables: Tables, tenantId: string, clock: Clock, newId: () => string): JobStore {
  const partitionKey = tenantPartition(tenantId);
  const place = (kind: JobKind, id: string): { readonly table: TableClient; readonly keys: RowKeys } => ({
    table: kind === 'sweep' ? tables.directory : tables.operations,
    keys: { partitionKey, rowKey: jobRowKey(kind, id) },
  });

  async function begin(request: JobRequest): Promise<JobLease | undefined> {
    const { table, keys } = place(request.kind, request.id);
    const leaseOwner = newId();
    const { lease } = await untilWon(`The job ${keys.rowKey}`, async () => {
      const stored = await findRow(table, keys.partitionKey, keys.rowKey);
      const there = stored === undefined ? undefined : toJobRow(stored);
      if (stored !== undefined && there?.leaseOwner === leaseOwner) {
        // Our own write, whose answer was lost.
        return { lease: createJobLease(table, keys, there, stored.etag, clock) };
      }
      const next = nextRow(request, there, leaseOwner, clock);
      if (next === undefined) return none;
      const row = toRow(keys, next);
      const etag = stored === undefined ? await insertRow(table, row) : await replaceRow(table, row, stored.etag);
      if (etag === undefined) return undefined;
      return next.leaseOwner === leaseOwner ? { lease: createJobLease(table, keys, next, etag, clock) } : none;
    });
    return lease;
  }

  async function* unfinished(): AsyncGenerator<UnfinishedJob> {
    const now = clock.now().toISOString();
    for await (const row of jobRows(odata` and status ne 'done' and leaseUntil lt ${now}`)) {
      const job = unfinishedJob(row);
      if (job !== undefined) yield job;
    }
  }

  async function* jobRows(filter: string): AsyncGenerator<StoredRow> {
    yield* listRows(tables.directory, rowsWith(partitionKey, cursorPrefix) + filter);
    for (const kind of jobKinds) {
      if (kind !== 'sweep') yield* listRows(tables.operations, rowsWith(partitionKey, kind) + filter);
    }
  }

  return {
    begin,
    unfinished,
    peek: async (kind, id) => {
      const { table, keys } = place(kind, id);
      const stored = await findRow(table, keys.partitionKey, keys.rowKey);
      return stored === undefined ? undefined : toJobRow(stored).state;
    },
    sweeps: async () => {
      const sweeps = new Map<string, JobState | undefined>();
      for await (const row of listRows(tables.directory, rowsWith(partitionKey, cursorPrefix))) {
        const { id, state } = toJobRow(row);
        sweeps.set(id, state);
      }
      return sweeps;
    },
  };
}

/** The row as this request makes it, with its lease or only with a mark; undefined when it changes nothing. */
function nextRow(request: JobRequest, there: JobRow | undefined, leaseOwner: string, clock: Clock): JobRow | undefined {
  const now = clock.now().toISOString();
  const lease = { status: 'running', leaseOwner, leaseUntil: leaseUntil(clock), updatedDateTime: now } as const;
  const repeats = there?.request === requestKey(request);
  if (there === undefined || there.status === 'done') {
    if (request.continues || repeats) return undefined;
    const { kind, id } = request;
    const state = kind === 'sweep' ? there?.state : undefined;
    const fresh = { kind, id, state, counts: {}, again: false, request: requestKey(request), startedDateTime: now };
    return { ...fresh, ...lease };
  }
  const asksAnew = !request.continues && !repeats;
  if (there.status === 'running' && there.leaseUntil > now) {
    return asksAnew && !there.again ? { ...there, again: true } : undefined;
  }
  // A run that was left in the middle goes on; a request for a fresh one is served after it.
  const starts = asksAnew && there.state === undefined;
  return {
    ...there,
    ...lease,
    again: there.again || (asksAnew && !starts),
    request: starts ? requestKey(request) : there.request,
  };
}
