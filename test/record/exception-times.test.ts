import fc from 'fast-check';
import { reconcileUser } from '../../src/functions/reconcile-user.ts';
import { catchUp } from '../../src/lib/detect/catch-up.ts';
import { isInEffect } from '../../src/lib/model/exception.ts';
import { newReconcileRequest } from '../../src/lib/model/new-request.ts';
import type { ReconcileRequest } from '../../src/lib/model/request.ts';
import { closeException, putException } from '../../src/lib/operate/change-exception.ts';
import type { Ports } from '../../src/lib/ports.ts';
import { createAccessTable } from '../../src/lib/record/access-table.ts';
import { createDerivedTable } from '../../src/lib/record/derived-table.ts';
import { createWorkTable } from '../../src/lib/record/work-table.ts';
import { alpha } from '../builders/rules.ts';
import { fakeApp, invocation } from '../unit/functions/fake-app.ts';
import { unexpectedPorts } from '../unit/unexpected-ports.ts';
import { collect, freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';
import { grant, rules } from './exception-desk.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

const minute = 60_000;

/** What happens in one minute of a user's life. */
interface Minute {
  /** Seconds from now to the start and end of an exception that is put, or the one that is closed. */
  readonly put?: { readonly id: string; readonly start: number; readonly length: number | undefined };
  readonly close?: string;
  /** Messages for the same user that something else sends. */
  readonly events: number;
}

const ids = fc.constantFrom('a', 'b', 'c');
const someMinute: fc.Arbitrary<Minute> = fc.record(
  {
    put: fc.record({
      id: ids,
      start: fc.integer({ min: -60, max: 480 }),
      length: fc.option(fc.integer({ min: 1, max: 480 }), { nil: undefined }),
    }),
    close: ids,
    events: fc.integer({ min: 0, max: 2 }),
  },
  { requiredKeys: ['events'] },
);

/** A tenant on real tables whose queue is a list: a message is delivered when its time has come, in whatever order. */
function openTenant() {
  const [tenantId, userId, clock] = [freshId(), freshId(), testClock()];
  const queue: { readonly at: number; readonly request: ReconcileRequest }[] = [];
  const none = unexpectedPorts();
  const ports: Ports = {
    ...none,
    ...{ tenantId, clock, newId: freshId },
    access: createAccessTable(test.tables, tenantId, clock),
    derived: createDerivedTable(test.tables, tenantId),
    work: createWorkTable(test.tables, tenantId, { clock, log: none.log }),
    rules: { ...none.rules, active: async () => rules, activeVersion: async () => rules.version },
    jobs: { ...none.jobs, unfinished: async function* () {} },
    directory: {
      ...none.directory,
      readUser: async () => ({
        ...{ kind: 'found', identity: {}, accountEnabled: true, userType: 'member', groups: new Set([alpha]) },
        ...{ readsHidden: true, startedDateTime: clock.now().toISOString() },
        completedDateTime: clock.now().toISOString(),
      }),
    },
    reconcileQueue: {
      send: async (requests, _lane, delay = 0) => {
        for (const request of requests) queue.push({ at: clock.now().getTime() + delay * 1000, request });
      },
    },
  };
  const app = fakeApp([ports]);
  const deliver = async (): Promise<void> => {
    for (;;) {
      const index = queue.findIndex(({ at }) => at <= clock.now().getTime());
      const [message] = index < 0 ? [] : queue.splice(index, 1);
      if (message === undefined) return;
      await reconcileUser(message.request, invocation().context, async () => app);
    }
  };
  return { ports, userId, clock, deliver };
}

async function live(minutes: readonly Minute[]): Promise<void> {
  const { ports, userId, clock, deliver } = openTenant();
  const inSeconds = (seconds: number): string => new Date(clock.now().getTime() + seconds * 1000).toISOString();
  const rest: Minute[] = Array.from({ length: 18 }, () => ({ events: 0 }));
  for (const { put, close, events } of [...minutes, ...rest]) {
    const target = { userId, caller: 'ada' };
    if (put) {
      const { start, length } = put;
      const endDateTime = length === undefined ? {} : { endDateTime: inSeconds(start + length) };
      const body = { ...grant, scopes: [`at:${put.id}`], startDateTime: inSeconds(start), ...endDateTime };
      await putException(ports, { ...target, exceptionId: put.id }, body);
    }
    if (close !== undefined) await closeException(ports, { ...target, exceptionId: close });
    const origin = { tenantId: ports.tenantId, now: clock.now(), causeId: 'event' };
    const event = newReconcileRequest(origin, userId, 'notification');
    await ports.reconcileQueue.send(
      Array.from({ length: events }, () => event),
      'fresh',
    );
    await deliver();
    clock.advance(minute);
    await catchUp(ports);
    await deliver();

    const { record, exceptions } = await ports.access.read(userId);
    const held = record?.assignments.find(({ id }) => id === 'admin')?.scopes ?? [];
    const sweepAgo = new Date(clock.now().getTime() - minute);
    for (const exception of exceptions) {
      const [before, after] = [isInEffect(exception, sweepAgo), isInEffect(exception, clock.now())];
      const isHeld = held.includes(`at:${exception.id}`);
      if (before === after) expect([exception, isHeld]).toEqual([exception, after]);
    }
  }
  expect(await collect(ports.work.due(new Date(clock.now().getTime() + 100 * minute)))).toEqual([]);
}

it('no exception starts or ends more than one sweep late, whatever else happens', async () => {
  await fc.assert(fc.asyncProperty(fc.array(someMinute, { minLength: 1, maxLength: 6 }), live), { numRuns: 8 });
}, 60_000);
