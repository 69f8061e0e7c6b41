import type { JobState } from '../model/job-state.ts';
import type { JobKind, JobRequest } from '../model/request.ts';
import type { JobLease, Ports } from '../ports.ts';
import { activate } from './activate.ts';
import { expand } from './expand.ts';
import { fullSync } from './full-sync.ts';
import { renew } from './renew.ts';
import { requestJob } from './request-job.ts';
import { sweep } from './sweep.ts';

/** How long one message works before it hands over to a message to itself, in milliseconds. */
const budgetMilliseconds = 120_000;

/** What a job works with: its row's state, and how to store how far it came. */
export interface JobRun {
  readonly request: JobRequest;
  readonly state: JobState | undefined;
  /** Stores the state; work done before it is never repeated. */
  checkpoint(state: JobState, counts?: Readonly<Record<string, number>>): Promise<void>;
  /** True when the job should stop at its next checkpoint and continue by message. */
  overBudget(): boolean;
}

/** How a run ended: with nothing left, or with a state to go on from. */
export interface JobResult {
  readonly state: JobState;
  readonly finished: boolean;
  readonly counts?: Readonly<Record<string, number>>;
  /** The row itself has served: it is removed. */
  readonly remove?: boolean;
}

type Job = (ports: Ports, run: JobRun) => Promise<JobResult>;

const jobs: Readonly<Record<JobKind, Job>> = { sweep, expand, fullSync, activate, renew };

/**
 * Works on a job's row while its lease holds. A message that finds the lease held is dropped: the row remembers that it was
 * asked for, and catchUp sends a message for every unfinished row whose lease is over.
 *
 * @throws whatever the job throws, with the row released at its last checkpoint
 */
export async function runJob(ports: Ports, request: JobRequest): Promise<'finished' | 'continues' | 'dropped'> {
  const lease = await ports.jobs.begin(request);
  if (!lease) return 'dropped';
  const startedAt = ports.clock.now().getTime();
  let latest = lease.state;
  const run: JobRun = {
    request,
    state: lease.state,
    checkpoint: async (state, counts) => {
      await lease.checkpoint(state, counts);
      latest = state;
    },
    overBudget: () => ports.clock.now().getTime() - startedAt > budgetMilliseconds,
  };
  let result: JobResult;
  try {
    result = await jobs[request.kind](ports, run);
  } catch (error) {
    await releaseAfterFailure(ports, lease, latest ?? firstState(request));
    throw error;
  }
  return end(ports, lease, request, result);
}

async function end(
  ports: Ports,
  lease: JobLease,
  request: JobRequest,
  result: JobResult,
): Promise<'finished' | 'continues'> {
  if (result.remove === true) {
    await lease.remove();
    return 'finished';
  }
  if (result.finished) {
    const ended = await lease.finish(result.state, result.counts);
    if (ended === 'done') return 'finished';
  } else {
    await lease.release(result.state, result.counts);
  }
  await requestJob(ports, request.kind, request.id, { causeId: request.causeId, continues: true });
  return 'continues';
}

/** The failure that ended the job is what the caller must hear of; a lease that can't be given back ends by itself. */
async function releaseAfterFailure(ports: Ports, lease: JobLease, state: JobState): Promise<void> {
  try {
    await lease.release(state);
  } catch (error) {
    ports.log.error('A job could not give its lease back; it is continued when the lease is over.', error);
  }
}

/** The state a fresh row of each kind starts with. */
export function firstState(request: Pick<JobRequest, 'kind' | 'id'>): JobState {
  switch (request.kind) {
    case 'sweep':
      return { kind: 'sweep' };
    case 'expand':
      return { kind: 'expand' };
    case 'fullSync':
      return { kind: 'fullSync', step: 'groups' };
    case 'activate':
      return { kind: 'activate', step: 'switch', version: Number(request.id) };
    case 'renew':
      return { kind: 'renew' };
  }
}
