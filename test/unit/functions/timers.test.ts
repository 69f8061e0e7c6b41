import type { InvocationContext } from '@azure/functions';
import { catchUp } from '../../../src/functions/catch-up.ts';
import { deltaSweep } from '../../../src/functions/delta-sweep.ts';
import { fullSync } from '../../../src/functions/full-sync.ts';
import { renewSubscriptions } from '../../../src/functions/renew-subscriptions.ts';
import { secretRotationReminder } from '../../../src/functions/secret-rotation-reminder.ts';
import { NotFoundError } from '../../../src/lib/errors.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { fakeApp, invocation } from './fake-app.ts';

const [first, second] = ['11111111-0000-4000-8000-000000000000', '22222222-0000-4000-8000-000000000000'];
const none = unexpectedPorts();

const noSuchVersion = async () => Promise.reject(new NotFoundError('none'));

async function* nothingDue() {
  yield* [];
}

/** Two tenants and every job asked for, as `tenant kind id`. */
function tenants(given: (tenantId: string) => Partial<Ports> = () => ({})) {
  const jobs: string[] = [];
  const ports = [first, second].map((tenantId) =>
    unexpectedPorts({
      tenantId,
      jobQueue: { send: async ({ kind, id }) => void jobs.push(`${tenantId} ${kind} ${id}`.trim()) },
      jobs: {
        ...none.jobs,
        sweeps: async () => new Map([['groups|0', { kind: 'sweep', groupIds: [] }]]),
        unfinished: async function* () {
          yield* [];
        },
      },
      watched: { ...none.watched, list: async () => [] },
      work: { ...none.work, due: nothingDue },
      rules: { ...none.rules, activeVersion: async () => 1, version: noSuchVersion },
      ...given(tenantId),
    }),
  );
  return { ports, jobs };
}

type Timer = (
  timer: unknown,
  context: InvocationContext,
  source: () => Promise<ReturnType<typeof fakeApp>>,
) => Promise<void>;

describe('timers only enqueue, for every tenant', () => {
  it.each<[string, Timer, readonly string[]]>([
    ['deltaSweep: one message per shard', deltaSweep, ['sweep users', 'sweep groups|0']],
    ['fullSync', fullSync, ['fullSync']],
    ['renewSubscriptions', renewSubscriptions, ['renew']],
  ])('%s', async (_case, timer, expected) => {
    const { ports, jobs } = tenants();
    await timer({}, invocation().context, async () => fakeApp(ports));
    expect(jobs.sort()).toEqual([first, second].flatMap((id) => expected.map((each) => `${id} ${each}`)).sort());
  });

  it("one tenant's failure stops no other, and fails the run (promise 10)", async () => {
    const broken = { send: async () => Promise.reject(new Error('full')) };
    const { ports, jobs } = tenants((id) => (id === first ? { jobQueue: broken } : {}));
    const { context, lines } = invocation();
    await expect(renewSubscriptions({}, context, async () => fakeApp(ports))).rejects.toThrow('1 tenant');
    expect(jobs).toEqual([`${second} renew`]);
    expect(lines.join()).toContain(first);
  });
});

describe('secretRotationReminder', () => {
  it('looks at the secret of every tenant', async () => {
    const reminded: string[] = [];
    const remindOfSecret = async (id: string) => void reminded.push(id);
    await secretRotationReminder({}, invocation().context, async () => fakeApp(tenants().ports, { remindOfSecret }));
    expect(reminded).toEqual([first, second]);
  });
});

describe('catchUp', () => {
  it('drains the poison queues even when a tenant fails, and fails then', async () => {
    const { ports } = tenants((id) => (id === first ? { work: none.work } : {}));
    let drained = 0;
    const drainPoison = async () => (drained += 1);
    const app = fakeApp(ports, { drainPoison });
    await expect(catchUp({}, invocation().context, async () => app)).rejects.toThrow('not complete');
    expect(drained).toBe(1);
  });

  it('looks after the tenants even when a poison queue is out of reach, and fails then', async () => {
    const due: string[] = [];
    const { ports } = tenants((id) => ({
      work: {
        ...none.work,
        due: async function* () {
          due.push(id);
          yield* [];
        },
      },
    }));
    const drainPoison = async () => Promise.reject(new Error('gone'));
    const app = fakeApp(ports, { drainPoison });
    await expect(catchUp({}, invocation().context, async () => app)).rejects.toThrow('not complete');
    expect(due).toEqual([first, second]);
  });

  it('sends whoever is due though the jobs can not be read, and fails then', async () => {
    const [sent, lines]: [string[], string[]] = [[], []];
    const { ports } = tenants(() => ({
      log: createLog((_level, line) => lines.push(line)),
      jobs: none.jobs,
      work: {
        ...none.work,
        due: async function* () {
          const times = { dueDateTime: '2026-02-01T00:00:00.000Z', attempts: 0 };
          yield { rowKey: 'open|u', etag: 'e', userId: 'u', reason: 'r', lane: 'bulk', ...times };
        },
        postpone: async (row) => row,
      },
      reconcileQueue: { send: async (requests, lane) => void sent.push(`${lane} ${requests.length}`) },
    }));
    await expect(catchUp({}, invocation().context, async () => fakeApp(ports))).rejects.toThrow('not complete');
    expect(sent).toEqual(['bulk 1', 'bulk 1']);
    const enqueued = JSON.stringify({ message: 'Forgotten work was enqueued.', jobs: 0, users: 1 });
    expect(lines).toEqual([enqueued, enqueued]);
  });

  it('tells why neither jobs nor users could be enqueued', async () => {
    const failing = async function* () {
      yield await Promise.reject(new Error('no jobs'));
    };
    const silent = async function* () {
      yield await Promise.reject(new Error('no users', { cause: new Error('unplugged') }));
    };
    const { ports } = tenants(() => ({
      jobs: { ...none.jobs, unfinished: failing },
      work: { ...none.work, due: silent },
    }));
    const { context, lines } = invocation();
    await expect(catchUp({}, context, async () => fakeApp(ports))).rejects.toThrow('not complete');
    const told = lines.filter((line) => line.includes('Error: no jobs | Error: no users < Error: unplugged'));
    expect(told).toHaveLength(2);
  });

  it('brings poison back on the lane it came from (promise 6)', async () => {
    const lanes: string[] = [];
    const open = async (_userId: string, _reason: string, lane = 'none') => void lanes.push(lane);
    const { ports } = tenants((id) => (id === first ? { work: { ...none.work, due: nothingDue, open } } : {}));
    const payload = { tenantId: first, userId: second };
    const app = fakeApp(ports, {
      drainPoison: async (handle) => {
        await handle(payload, 'fresh');
        await handle(payload, 'bulk');
        return 2;
      },
    });
    await catchUp({}, invocation().context, async () => app);
    expect(lanes).toEqual(['fresh', 'bulk']);
  });

  it('asks for the first rules of a tenant, and reads no document itself', async () => {
    const { ports, jobs } = tenants(() => ({
      rules: { ...none.rules, activeVersion: async () => 0, version: noSuchVersion },
    }));
    await catchUp({}, invocation().context, async () => fakeApp(ports));
    expect(jobs.sort()).toEqual([`${first} activate`, `${second} activate`]);
  });

  it('is quiet when nothing is forgotten', async () => {
    const { ports, jobs } = tenants();
    await catchUp({}, invocation().context, async () => fakeApp(ports));
    expect(jobs).toEqual([]);
  });
});
