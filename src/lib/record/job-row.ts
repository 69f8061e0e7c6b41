/** A job's row: where it stands, who works on it, and whether it was asked for again meanwhile. */
import { z } from 'zod';
import { jobStateSchema, type JobState } from '../model/job-state.ts';
import { encodeKey } from '../model/keys.ts';
import { jobKinds, type JobKind, type JobRequest } from '../model/request.ts';
import type { UnfinishedJob } from '../model/work.ts';
import { packRow, type Row, type RowKeys } from './entity-codec.ts';
import { parseColumn, parseRow, readable, type StoredRow } from './rows.ts';

export type Counts = Readonly<Record<string, number>>;

export interface JobRow {
  readonly kind: JobKind;
  readonly id: string;
  /** `pending`: there is work, and nobody has the lease. */
  readonly status: 'pending' | 'running' | 'done';
  readonly state: JobState | undefined;
  readonly counts: Counts;
  /** Id of the worker that has, or last had, the lease. */
  readonly leaseOwner: string;
  /** ISO 8601; '' when nobody has the lease, which sorts before every time. */
  readonly leaseUntil: string;
  /** A fresh request came while the present run was on its way. */
  readonly again: boolean;
  /** Which fresh request the present run answers: its redelivery asks for nothing new. */
  readonly request: string;
  readonly startedDateTime: string;
  readonly updatedDateTime: string;
}

/** Row key of a job: sweeps are cursors in `directory`, all other kinds are in `operations`. */
export function jobRowKey(kind: JobKind, id: string): string {
  const parts = id.split('|').map(encodeKey).join('|');
  if (kind === 'sweep') return `cursor|${parts}`;
  return id === '' ? kind : `${kind}|${parts}`;
}

/** What makes a fresh request the same one when it is delivered twice or sent again after an outage. */
export function requestKey(request: JobRequest): string {
  return `${request.causeId}|${request.enqueuedDateTime}|${request.second === true ? 'second' : 'first'}`;
}

export function toRow(keys: RowKeys, job: JobRow): Row {
  const { state, counts, ...columns } = job;
  const json = state === undefined ? undefined : JSON.stringify(state);
  return packRow(keys, { v: 1, ...columns, state: json, counts: JSON.stringify(counts) });
}

const columnsSchema = z.object({
  kind: z.enum(jobKinds),
  id: z.string(),
  status: z.enum(['pending', 'running', 'done']),
  leaseOwner: z.string(),
  leaseUntil: z.string(),
  again: z.boolean(),
  request: z.string(),
  startedDateTime: z.string(),
  updatedDateTime: z.string(),
});
const countsSchema = z.record(z.string(), z.number());

export function toJobRow(row: StoredRow): JobRow {
  return {
    ...parseRow(columnsSchema, row),
    state: parseColumn(jobStateSchema.optional(), row, 'state'),
    counts: parseColumn(countsSchema, row, 'counts'),
  };
}

/** What a row names, though nothing else of it can be read: whoever begins the job says what is wrong. Undefined: not even that. */
export function unfinishedJob(row: StoredRow): UnfinishedJob | undefined {
  return readable(() => parseRow(columnsSchema.pick({ kind: true, id: true }), row));
}

/** Sum of what earlier runs under other leases did and what this one did so far. */
export function addCounts(before: Counts, now: Counts): Counts {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return Object.fromEntries([...names].map((name) => [name, (before[name] ?? 0) + (now[name] ?? 0)]));
}
