import type { TableClient } from '@azure/data-tables';
import { ConflictError } from '../errors.ts';
import type { JobState } from '../model/job-state.ts';
import type { Clock, JobLease } from '../ports.ts';
import type { RowKeys } from './entity-codec.ts';
import { addCounts, toJobRow, toRow, type Counts, type JobRow } from './job-row.ts';
import { deleteRow, findRow, replaceRow, untilWon, type StoredRow } from './rows.ts';

/** A worker that says nothing for so long has lost its job; milliseconds. Each checkpoint starts it anew. */
const leaseMilliseconds = 300_000;

export function leaseUntil(clock: Clock): string {
  return new Date(clock.now().getTime() + leaseMilliseconds).toISOString();
}

/** The lease on a row that was just taken with this ETag. */
export function createJobLease(table: TableClient, keys: RowKeys, taken: JobRow, etag: string, clock: Clock): JobLease {
  let held = { row: taken, etag };
  const countsBefore = taken.counts;

  const lost = (): ConflictError => new ConflictError(`The lease on the job ${keys.rowKey} was lost.`);
  const ownRow = (stored: StoredRow): JobRow => {
    const row = toJobRow(stored);
    if (row.leaseOwner !== taken.leaseOwner) throw lost();
    return row;
  };

  /**
   * Writes the row as `change` makes it. When it changed meanwhile, only a mark may have been added, or the answer to our own
   * write was lost: then it is still ours, and is written with the mark kept.
   */
  async function write(change: (row: JobRow) => JobRow): Promise<JobRow> {
    return untilWon(`The job ${keys.rowKey}`, async () => {
      const row = { ...change(held.row), updatedDateTime: clock.now().toISOString() };
      const written = await replaceRow(table, toRow(keys, row), held.etag);
      if (written !== undefined) {
        held = { row, etag: written };
        return row;
      }
      const stored = await findRow(table, keys.partitionKey, keys.rowKey);
      if (stored === undefined) throw lost();
      const there = ownRow(stored);
      if (there.status !== 'running') return there;
      held = { row: there, etag: stored.etag };
      return undefined;
    });
  }

  const progress = (row: JobRow, state: JobState, counts: Counts | undefined): JobRow => {
    return { ...row, state, counts: counts === undefined ? row.counts : addCounts(countsBefore, counts) };
  };

  return {
    state: taken.state,
    checkpoint: async (state, counts) => {
      await write((row) => ({ ...progress(row, state, counts), leaseUntil: leaseUntil(clock) }));
    },
    release: async (state, counts) => {
      await write((row) => ({ ...progress(row, state, counts), status: 'pending' }));
    },
    finish: async (state, counts) => {
      const ended = await write((row) => finished(progress(row, state, counts)));
      return ended.status === 'done' ? 'done' : 'again';
    },
    remove: async () => {
      await untilWon(`The job ${keys.rowKey}`, async () => {
        if (await deleteRow(table, keys, held.etag)) return 'removed';
        const stored = await findRow(table, keys.partitionKey, keys.rowKey);
        if (stored === undefined) return 'removed';
        held = { row: ownRow(stored), etag: stored.etag };
        return undefined;
      });
    },
  };
}

/** A run that was asked for again starts from nothing, but for a sweep, whose state is where the directory's changes go on. */
function finished(row: JobRow): JobRow {
  const ended = { ...row, again: false };
  if (!row.again) return { ...ended, status: 'done' };
  return { ...ended, status: 'pending', state: row.kind === 'sweep' ? row.state : undefined, counts: {} };
}
