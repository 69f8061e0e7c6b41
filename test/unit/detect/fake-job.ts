import type { JobState } from '../../../src/lib/model/job-state.ts';
import type { JobRequest } from '../../../src/lib/model/request.ts';
import type { JobLease, JobStore } from '../../../src/lib/ports.ts';
import { tenantId } from '../../builders/record.ts';
import { at } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

export const usersSweep: JobRequest = {
  v: 1,
  tenantId,
  kind: 'sweep',
  id: 'users',
  causeId: 'cause',
  enqueuedDateTime: at(0),
  attempt: 0,
  continues: false,
};

const noRows: readonly unknown[] = [];

/**
 * The row of one job in memory: `row.state` is what is stored, `row.status` who has it, `row.stored` everything in the order in
 * which it was stored. `again`: somebody asks for another run meanwhile. `failures` names calls that fail.
 */
export function fakeJob(start: { readonly state?: JobState; readonly held?: boolean; readonly again?: boolean } = {}) {
  const row = {
    state: start.state,
    status: start.held === true ? 'running' : 'pending',
    stored: noRows,
  };
  const failures = new Map<keyof JobLease, Error>();
  const store = (call: keyof JobLease, state: JobState, status: string, counts: unknown): void => {
    const failure = failures.get(call);
    if (failure) throw failure;
    row.state = state;
    row.status = status;
    row.stored = [...row.stored, counts === undefined ? { call, state } : { call, state, counts }];
  };
  const jobs: JobStore = {
    ...unexpectedPorts().jobs,
    begin: async () => {
      if (row.status === 'running') return undefined;
      row.status = 'running';
      return {
        state: row.state,
        checkpoint: async (state, counts) => {
          store('checkpoint', state, 'running', counts);
        },
        release: async (state, counts) => {
          store('release', state, 'pending', counts);
        },
        finish: async (state, counts) => {
          const ended = start.again === true ? 'again' : 'done';
          store('finish', state, ended === 'again' ? 'pending' : 'done', counts);
          return ended;
        },
        remove: async () => {
          row.status = 'removed';
        },
      };
    },
  };
  return { jobs, row, failures };
}
