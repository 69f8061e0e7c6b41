import { firstState, runJob } from '../../../src/lib/detect/run-job.ts';
import { ConflictError } from '../../../src/lib/errors.ts';
import type { DeltaPage, UserEntry } from '../../../src/lib/model/directory.ts';
import { type JobState, jobStateSchema } from '../../../src/lib/model/job-state.ts';
import { jobKinds } from '../../../src/lib/model/request.ts';
import { at } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { fakeJob, usersSweep } from './fake-job.ts';
import { fakeTenant } from './fake-tenant.ts';

type Job = ReturnType<typeof fakeJob>;

const known: JobState = { kind: 'sweep', deltaLink: 'round-1', linkDateTime: at(0) };

/** A tenant whose users delta answers each link with an empty page; `read` may fail or let time pass. */
function tenantWith(
  job: Job,
  pages: Readonly<Record<string, Omit<DeltaPage<UserEntry>, 'entries'>>>,
  read: (link: string) => void = () => undefined,
) {
  const tenant = fakeTenant({
    ports: {
      jobs: job.jobs,
      directory: {
        ...unexpectedPorts().directory,
        usersDelta: async (start) => {
          const link = 'link' in start ? start.link : 'latest';
          read(link);
          return { entries: [], ...pages[link] };
        },
      },
    },
  });
  return tenant;
}

const twoPages = { 'round-1': { next: 'page-2' }, 'page-2': { delta: 'round-2' } };
const afterPage1: JobState = { ...known, nextLink: 'page-2' };
const ended: JobState = { kind: 'sweep', deltaLink: 'round-2', linkDateTime: at(0) };
const continuation = { kind: 'sweep', id: 'users', causeId: 'cause', delaySeconds: 0, continues: true };

describe('runJob', () => {
  it('drops a message that finds the lease held, and leaves the row alone', async () => {
    const job = fakeJob({ state: known, held: true });
    const { ports, jobs } = tenantWith(job, {});
    expect(await runJob(ports, usersSweep)).toBe('dropped');
    expect([job.row.status, job.row.stored, jobs]).toEqual(['running', [], []]);
  });

  it('works to the end, checkpoint by checkpoint, and says nothing more', async () => {
    const job = fakeJob({ state: known });
    const { ports, jobs } = tenantWith(job, twoPages);
    expect(await runJob(ports, usersSweep)).toBe('finished');
    expect(job.row.stored).toEqual([
      { call: 'checkpoint', state: afterPage1, counts: { users: 0, pages: 1 } },
      { call: 'finish', state: ended, counts: { users: 0, pages: 2 } },
    ]);
    expect([job.row.status, jobs]).toEqual(['done', []]);
  });

  it('continues by a message to itself when another run was asked for meanwhile', async () => {
    const job = fakeJob({ state: known, again: true });
    const { ports, jobs } = tenantWith(job, twoPages);
    expect(await runJob(ports, usersSweep)).toBe('continues');
    expect([job.row.status, jobs]).toEqual(['pending', [continuation]]);
  });

  it('hands over to a message to itself when its time is up', async () => {
    const job = fakeJob({ state: known });
    const tenant = tenantWith(job, twoPages, (link) => {
      if (link === 'round-1') tenant.clock.minute += 2.1;
    });
    expect(await runJob(tenant.ports, usersSweep)).toBe('continues');
    expect(job.row).toMatchObject({ status: 'pending', state: afterPage1 });
    expect(tenant.jobs).toEqual([continuation]);
    expect(await runJob(tenant.ports, { ...usersSweep, continues: true })).toBe('finished');
    expect(job.row).toMatchObject({ status: 'done', state: { deltaLink: 'round-2' } });
  });

  it.each([
    ['before its first checkpoint, at what it began with', 'round-1', known],
    ['later, at its last checkpoint', 'page-2', afterPage1],
  ])('gives the lease back when it fails: %s', async (_case, failing, state) => {
    const job = fakeJob({ state: known });
    const failure = new Error('Graph is away.');
    const { ports, jobs } = tenantWith(job, twoPages, (link) => {
      if (link === failing) throw failure;
    });
    await expect(runJob(ports, usersSweep)).rejects.toBe(failure);
    expect([job.row.status, job.row.state, jobs]).toEqual(['pending', state, []]);
  });

  it('gives the lease of a fresh row back with its first state', async () => {
    const job = fakeJob();
    const { ports } = tenantWith(job, {}, () => {
      throw new Error('Graph is away.');
    });
    await expect(runJob(ports, usersSweep)).rejects.toThrow('away');
    expect([job.row.status, job.row.state]).toEqual(['pending', { kind: 'sweep' }]);
  });

  it('stops when its lease was lost, and the first failure is what its caller hears of', async () => {
    const job = fakeJob({ state: known });
    const lost = new ConflictError('The lease was lost.');
    job.failures.set('checkpoint', lost).set('release', new Error('Not yours either.'));
    const { ports, jobs, lines } = tenantWith(job, twoPages);
    await expect(runJob(ports, usersSweep)).rejects.toBe(lost);
    expect([job.row.state, job.row.stored, jobs]).toEqual([known, [], []]);
    expect(lines).toEqual([expect.stringContaining('could not give its lease back')]);
  });
});

describe('firstState', () => {
  it.each(jobKinds)('%s is what a row may hold', (kind) => {
    const state = firstState({ kind, id: '7' });
    expect(state.kind).toBe(kind);
    expect(jobStateSchema.parse(state)).toEqual(state);
  });

  it('knows which version to activate', () => {
    expect(firstState({ kind: 'activate', id: '7' })).toEqual({ kind: 'activate', step: 'switch', version: 7 });
  });
});
