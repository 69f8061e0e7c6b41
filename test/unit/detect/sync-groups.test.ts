import { runJob } from '../../../src/lib/detect/run-job.ts';
import { AccessDeniedError, IncompleteReadingError, UnavailableError } from '../../../src/lib/errors.ts';
import { createLog } from '../../../src/lib/log.ts';
import { jobStateSchema, type JobState } from '../../../src/lib/model/job-state.ts';
import type { ReconcileRequest } from '../../../src/lib/model/request.ts';
import { alpha, beta, delta, gamma, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { groupInfo } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { fakeJob, usersSweep } from './fake-job.ts';
import { watchedGroup } from './fake-tenant.ts';

const groups = [alpha, beta, gamma, delta];
const names = new Map(groups.map((groupId, index) => [groupId, 'abcd'[index] ?? '']));
const rules = rulesOf(groups.map((groupId) => rule(`r${names.get(groupId)}`, groupId, ['user'])));

const throttled = new UnavailableError('throttled', { retryAfterSeconds: 10 });
const denied = new AccessDeniedError('no permission');
const partial = new IncompleteReadingError('half an answer');

async function* nothing() {
  yield* [];
}

/** The full sync of four mapped groups, each with one member who is new; `failing` says which listings fail and how. */
function world(start?: JobState) {
  const done: string[] = [];
  const enqueued: string[] = [];
  const lines: string[] = [];
  const failing = new Map<string, Error>();
  const job = fakeJob(start === undefined ? {} : { state: start });
  const none = unexpectedPorts();
  const step = (name: string) =>
    async function* () {
      done.push(name);
      yield* [];
    };
  const ports = unexpectedPorts({
    clock: { now: () => new Date(at(60)) },
    log: createLog((level, line) => lines.push(`${level} ${line}`)),
    jobs: { ...job.jobs, sweeps: async () => new Map() },
    rules: { ...none.rules, active: async () => rules, activeVersion: async () => rules.version },
    directory: {
      ...none.directory,
      readGroups: async (ids) => new Map(ids.map((id) => [id, { evidence: 'present', info: groupInfo(id, id) }])),
      listMembers: async function* (groupId) {
        const failure = failing.get(groupId);
        if (failure) throw failure;
        done.push(names.get(groupId) ?? '');
        yield [{ id: groupId, type: 'user' }];
      },
      listUsers: step('users'),
    },
    watched: {
      find: async (groupId) => watchedGroup(groupId),
      list: async () => groups.map((groupId) => watchedGroup(groupId)),
      change: async (groupId, change) => change(watchedGroup(groupId)),
    },
    ledger: {
      ...none.ledger,
      find: async () => undefined,
      raise: async () => undefined,
      rebase: async () => undefined,
      list: nothing,
    },
    waiting: { ...none.waiting, replace: async () => [] },
    tombstones: { ...none.tombstones, list: nothing },
    access: { ...none.access, records: step('records'), unpublished: nothing },
    derived: { ...none.derived, members: nothing, accounts: nothing, partitions: step('derived'), rows: nothing },
    reconcileQueue: {
      send: async (requests: readonly ReconcileRequest[]) => {
        enqueued.push(...requests.map(({ userId }) => names.get(userId) ?? userId));
      },
    },
    jobQueue: { send: async () => undefined },
  });
  const request = { ...usersSweep, kind: 'fullSync', id: '' } as const;
  const errors = () =>
    lines
      .filter((line) => line.startsWith('error'))
      .map((line) => [
        line.includes('again;') ? 'for good' : 'for now',
        names.get(/"groupId":"([^"]+)/.exec(line)?.[1] ?? ''),
      ]);
  return {
    ...{ done, enqueued, lines, failing, row: job.row, errors },
    /** One message, and what it did; `finished` or the failure's name. */
    run: async (): Promise<readonly [string, string]> => {
      const from = done.length;
      const end = await runJob(ports, request).catch((error: unknown) => (error instanceof Error ? error.name : ''));
      return [done.slice(from).join(' '), end];
    },
  };
}

describe('the groups of a full sync', () => {
  it('wait while Graph is throttling, and go on where they were, everything once', async () => {
    const { run, failing, errors, enqueued, row } = world();
    failing.set(beta, throttled);
    expect(await run()).toEqual(['a', 'UnavailableError']);
    // Who was found before the pause does not wait for its end.
    expect(enqueued).toEqual(['a']);
    expect(jobStateSchema.parse(row.state)).toEqual(row.state);
    failing.clear();
    failing.set(gamma, throttled);
    expect(await run()).toEqual(['b', 'UnavailableError']);
    failing.clear();
    expect(await run()).toEqual(['c d users records derived records', 'finished']);
    expect(enqueued).toEqual(['a', 'b', 'c', 'd']);
    expect(errors()).toEqual([]);
  });

  it('are not kept by an outage that is one group’s alone', async () => {
    const { run, failing, errors, row } = world();
    failing.set(beta, throttled);
    for (const before of ['a', '', '']) expect(await run()).toEqual([before, 'UnavailableError']);
    expect(await run()).toEqual(['c d users records derived records', 'IncompleteReadingError']);
    for (const before of ['', '', '']) expect(await run()).toEqual([before, 'UnavailableError']);
    expect(await run()).toEqual(['', 'finished']);
    expect(errors()).toEqual([
      ['for now', 'b'],
      ['for good', 'b'],
    ]);
    expect(row.state).toMatchObject({ step: 'done', failed: [beta] });
  });

  it.each([
    ['a permission is missing', denied],
    ['the answer is half a one', partial],
  ])('that can not be compared because %s are put aside, and tried once more', async (_case, failure) => {
    const { run, failing, errors, lines, enqueued, row } = world();
    failing.set(alpha, failure);
    failing.set(gamma, failure);
    expect(await run()).toEqual(['b d users records derived records', 'IncompleteReadingError']);
    failing.delete(gamma);
    // Nothing but these two: neither accounts nor records nor rows again.
    expect(await run()).toEqual(['c', 'finished']);
    expect(enqueued).toEqual(['b', 'd', 'c']);
    expect(errors()).toEqual([
      ['for now', 'a'],
      ['for now', 'c'],
      ['for good', 'a'],
    ]);
    expect(row).toMatchObject({ status: 'done', state: { step: 'done', failed: [alpha] } });
    expect(lines.at(-1)).toContain('"failedGroups":1');
  });

  it('that were left by a worker that died in the second try are all that is done then', async () => {
    const left: JobState = { kind: 'fullSync', step: 'groups', remaining: [delta], failed: [beta], retry: true };
    const { run, row } = world(left);
    expect(await run()).toEqual(['d', 'finished']);
    expect(row.state).toEqual({ kind: 'fullSync', step: 'done', failed: [beta] });
  });

  it.each<JobState>([
    { kind: 'fullSync', step: 'groups', remaining: [delta], failed: [] },
    { kind: 'fullSync', step: 'users', failed: [alpha] },
  ])('of a state without such marks are understood: %j', (state) => {
    expect(jobStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });
});
