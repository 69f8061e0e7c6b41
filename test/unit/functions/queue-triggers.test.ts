import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { withInvocation } from '../../../src/functions/invocation-log.ts';
import { reconcileUser, reconcileUserBulk } from '../../../src/functions/reconcile-user.ts';
import { restorePoison } from '../../../src/functions/restore-poison.ts';
import { runJob } from '../../../src/functions/run-job.ts';
import { maxDequeueCount } from '../../../src/functions/take-message.ts';
import { SettingsError } from '../../../src/lib/config.ts';
import { NotFoundError, UnavailableError } from '../../../src/lib/errors.ts';
import { newJobRequest, newReconcileRequest } from '../../../src/lib/model/new-request.ts';
import type { JobRequest, ReconcileRequest } from '../../../src/lib/model/request.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { fakeApp, invocation, tenantId } from './fake-app.ts';

const userId = '00000000-0000-4000-8000-000000000001';
const origin = { tenantId, now: new Date('2026-02-01T00:00:00.000Z'), causeId: 'cause' };
const request = newReconcileRequest(origin, userId, 'manual');
const job = newJobRequest(origin, 'renew');

/** A tenant whose rules answer as given, with what happened to its messages and open work. */
function tenant(active: Ports['rules']['active']) {
  const sent: (readonly [ReconcileRequest, string, number | undefined])[] = [];
  const jobs: JobRequest[] = [];
  const open: string[] = [];
  const lanes: (string | undefined)[] = [];
  const settled: string[] = [];
  const none = unexpectedPorts();
  const ports = unexpectedPorts({
    access: { ...none.access, read: async () => ({ outbox: [], exceptions: [] }) },
    rules: { ...none.rules, active },
    reconcileQueue: {
      send: async (requests, lane, delay) => void sent.push(...requests.map((each) => [each, lane, delay] as const)),
    },
    jobQueue: { send: async (each) => void jobs.push(each) },
    jobs: { ...none.jobs, begin: async () => undefined },
    work: {
      ...none.work,
      open: async (id, _reason, lane) => {
        open.push(id);
        lanes.push(lane);
      },
      settle: async (rowKey, etag) => void settled.push(`${rowKey} ${etag}`),
    },
  });
  return { ports, sent, jobs, open, lanes, settled };
}

const noRules = async () => undefined;
const failing = (error: Error) => async () => Promise.reject(error);

describe('reconcileUser', () => {
  it('finishes the message and logs the outcome', async () => {
    const { ports, sent, open, settled } = tenant(noRules);
    const lines: string[] = [];
    const log = {
      ...ports.log,
      info: (sentence: string, keys?: object) => void lines.push(sentence, JSON.stringify(keys)),
    };
    await reconcileUser(request, invocation().context, async () => fakeApp([{ ...ports, log }]));
    expect([sent, open, settled]).toEqual([[], [], []]);
    expect(lines).toEqual(['A user was reconciled.', expect.stringContaining('"outcome":"noRules"')]);
  });

  it.each([
    [`open|${userId}`, true],
    [`due|2026-01-31T23:59:59.000Z|${userId}|exception`, true],
    [`due|2026-02-01T00:00:01.000Z|${userId}|exception`, false],
  ])('after a success deletes the row %s: %s', async (rowKey, isDeleted) => {
    const { ports, settled } = tenant(noRules);
    const message = { ...request, work: { rowKey, etag: 'e' } };
    await reconcileUser(message, invocation().context, async () => fakeApp([ports]));
    expect(settled).toEqual(isDeleted ? [`${rowKey} e`] : []);
  });

  it('keeps a due row whose time came only while the user was reconciled: that was decided before it', async () => {
    let now = Date.parse('2026-02-01T00:00:00.000Z');
    const { ports, settled } = tenant(async () => {
      now += 60_000;
      return undefined;
    });
    const slow = { ...ports, clock: { now: () => new Date(now) } };
    const work = { rowKey: `due|2026-02-01T00:00:30.000Z|${userId}|exception`, etag: 'e' };
    await reconcileUser({ ...request, work }, invocation().context, async () => fakeApp([slow]));
    expect(settled).toEqual([]);
  });

  it.each([
    ['fresh', reconcileUser],
    ['bulk', reconcileUserBulk],
  ] as const)('sends a message that has to wait again on its own lane: %s', async (lane, trigger) => {
    const unavailable = new UnavailableError('throttled', { retryAfterSeconds: 40 });
    const { ports, sent, open, settled } = tenant(failing(unavailable));
    await trigger(request, invocation().context, async () => fakeApp([ports]));
    expect(sent).toEqual([[{ ...request, attempt: 1 }, lane, 45]]);
    expect([open, settled]).toEqual([[], []]);
    // A message of the work table leaves its row, which sends the next one: two drivers would multiply.
    const driven = { ...request, work: { rowKey: `open|${userId}`, etag: 'e' } };
    await trigger(driven, invocation().context, async () => fakeApp([ports]));
    expect(sent).toHaveLength(1);
    expect([open, settled]).toEqual([[], []]);
  });

  it('gives a failure back to the queue, and writes the user down on the last attempt', async () => {
    const { ports, open } = tenant(failing(new Error('boom')));
    const attempt = async (dequeueCount: number) =>
      reconcileUser(request, invocation({ dequeueCount }).context, async () => fakeApp([ports]));
    await expect(attempt(1)).rejects.toThrow('boom');
    await expect(attempt(4)).rejects.toThrow('boom');
    expect(open).toEqual([]);
    await attempt(5);
    expect(open).toEqual([userId]);
  });

  it('writes the user down at once when another attempt can not help', async () => {
    const { ports, open } = tenant(failing(new NotFoundError('gone')));
    await reconcileUser(request, invocation().context, async () => fakeApp([ports]));
    expect(open).toEqual([userId]);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['a later version', { ...request, v: 2 }, [userId]],
    ['a reason nobody knows', { ...request, reason: 'x', tenantId: tenantId.toUpperCase() }, [userId]],
    ['text', 'reconcile', []],
    ['nobody', { ...request, userId: 'ada' }, []],
    ['a tenant that is not served', { ...request, tenantId: userId }, []],
  ])('makes open work of whom a message of %s names', async (_case, message, expected) => {
    const { ports, open } = tenant(noRules);
    await reconcileUser(message, invocation().context, async () => fakeApp([ports]));
    expect(open).toEqual(expected);
  });

  it.each([
    ['fresh', reconcileUser],
    ['bulk', reconcileUserBulk],
  ] as const)('writes them down on the lane the message came by: %s (promise 6)', async (lane, trigger) => {
    const { ports, lanes } = tenant(noRules);
    await trigger({ ...request, v: 2 }, invocation().context, async () => fakeApp([ports]));
    expect(lanes).toEqual([lane]);
  });

  it('keeps the message while the settings are faulty', async () => {
    const faulty = async () => Promise.reject(new SettingsError(['x']));
    await expect(reconcileUser(request, invocation().context, faulty)).rejects.toThrow('x');
  });
});

describe('runJob', () => {
  it('drops a message whose job is being worked on', async () => {
    const { ports, jobs } = tenant(noRules);
    await runJob(job, invocation().context, async () => fakeApp([ports]));
    expect(jobs).toEqual([]);
  });

  it('sends a job that has to wait again', async () => {
    const { ports, jobs } = tenant(noRules);
    const begin = failing(new UnavailableError('throttled'));
    const world = { ...ports, jobs: { ...ports.jobs, begin } };
    await runJob(job, invocation().context, async () => fakeApp([world]));
    expect(jobs).toMatchObject([{ kind: 'renew', attempt: 1 }]);
  });
});

describe('restorePoison', () => {
  it.each<[string, unknown, readonly string[], readonly string[]]>([
    ['the user of a reconcile', request, [userId], []],
    ['the user of a message nobody understands', { ...request, v: 9 }, [userId], []],
    ['a job, to be tried again', { ...job, attempt: 7 }, [], ['renew 0']],
    ['nothing of a message that names nobody', 'text', [], []],
    ['nothing of another tenant', { ...job, tenantId: userId }, [], []],
  ])('brings back %s', async (_case, payload, users, kinds) => {
    const { ports, open, lanes, jobs } = tenant(noRules);
    await withInvocation(invocation().context, () => restorePoison(fakeApp([ports]), payload, 'bulk'));
    expect([open, jobs.map(({ kind, attempt }) => `${kind} ${attempt}`)]).toEqual([users, kinds]);
    expect(lanes).toEqual(users.map(() => 'bulk'));
  });
});

it('knows how often the host hands a message out', () => {
  const queues = z.object({ maxDequeueCount: z.int() });
  const hostJson: unknown = JSON.parse(readFileSync('host.json', 'utf8'));
  const host = z.object({ extensions: z.object({ queues }) }).parse(hostJson);
  expect(maxDequeueCount).toBe(host.extensions.queues.maxDequeueCount);
});
