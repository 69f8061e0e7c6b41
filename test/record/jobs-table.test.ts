import { randomUUID } from 'node:crypto';
import type { JobState } from '../../src/lib/model/job-state.ts';
import type { JobRequest } from '../../src/lib/model/request.ts';
import type { JobLease, JobStore } from '../../src/lib/ports.ts';
import { createJobsTable } from '../../src/lib/record/jobs-table.ts';
import { collect, freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

const leaseMilliseconds = 300_000;
const expanding: JobState = { kind: 'expand', remaining: [] };
const expanded: JobState = { kind: 'expand' };

interface Setup {
  readonly store: JobStore;
  readonly tenantId: string;
  readonly clock: ReturnType<typeof testClock>;
  readonly request: (parts?: Partial<JobRequest>) => JobRequest;
}

function freshStore(): Setup {
  const tenantId = freshId();
  const clock = testClock();
  const base = { v: 1, tenantId, kind: 'expand', id: 'g', attempt: 0, continues: false } as const;
  return {
    store: createJobsTable(test.tables, tenantId, clock, randomUUID),
    tenantId,
    clock,
    request: (parts = {}) => {
      return { ...base, causeId: randomUUID(), enqueuedDateTime: clock.now().toISOString(), ...parts };
    },
  };
}

async function begun(store: JobStore, request: JobRequest): Promise<JobLease> {
  const lease = await store.begin(request);
  if (!lease) throw new Error('The lease should be free.');
  return lease;
}

describe('a job', () => {
  it('starts from nothing, checkpoints, ends, and starts from nothing again', async () => {
    const { store, request } = freshStore();
    const lease = await begun(store, request());
    expect(lease.state).toBeUndefined();
    await lease.checkpoint(expanding);
    expect(await store.peek('expand', 'g')).toEqual(expanding);
    expect(await lease.finish(expanded)).toBe('done');
    expect((await begun(store, request())).state).toBeUndefined();
  });

  it('has one worker, and runs once more when somebody asked meanwhile', async () => {
    const { store, request, clock } = freshStore();
    const lease = await begun(store, request());
    expect(await store.begin(request())).toBeUndefined();
    expect(await store.begin(request({ continues: true }))).toBeUndefined();
    await lease.checkpoint(expanding);
    expect(await lease.finish(expanded)).toBe('again');
    expect(await collect(store.unfinished())).toEqual([]);
    clock.advance(leaseMilliseconds + 1);
    expect(await collect(store.unfinished())).toEqual([{ kind: 'expand', id: 'g' }]);

    const second = await begun(store, request({ continues: true }));
    expect(second.state).toBeUndefined();
    expect(await second.finish(expanded)).toBe('done');
    expect(await collect(store.unfinished())).toEqual([]);
  });

  it('goes to exactly one of many workers that begin at once, fresh or taken over', async () => {
    const { store, request, clock } = freshStore();
    for (const continues of [false, true]) {
      const leases = await Promise.all(Array.from({ length: 8 }, () => store.begin(request({ continues }))));
      expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
      clock.advance(leaseMilliseconds + 1);
    }
  });

  it('is taken over with its state when its worker is silent for five minutes, and is lost to that worker', async () => {
    const { store, request, clock } = freshStore();
    const silent = await begun(store, request());
    clock.advance(leaseMilliseconds / 2);
    await silent.checkpoint(expanding);
    clock.advance(leaseMilliseconds - 1);
    expect(await store.begin(request({ continues: true }))).toBeUndefined();
    expect(await collect(store.unfinished())).toEqual([]);
    clock.advance(2);
    expect(await collect(store.unfinished())).toEqual([{ kind: 'expand', id: 'g' }]);

    const next = await begun(store, request({ continues: true }));
    expect(next.state).toEqual(expanding);
    await expect(silent.checkpoint(expanded)).rejects.toMatchObject({ name: 'ConflictError' });
    await expect(silent.finish(expanded)).rejects.toMatchObject({ name: 'ConflictError' });
    await next.checkpoint(expanded);
  });

  it('whose row can not be read is asked for all the same, and keeps no other from it', async () => {
    const { store, request, clock, tenantId } = freshStore();
    const left = { partitionKey: tenantId, status: 'pending', leaseUntil: '' };
    await test.tables.operations.createEntity({ ...left, rowKey: 'activate|1' });
    await test.tables.operations.createEntity({ ...left, rowKey: 'expand|a', kind: 'expand', id: 'a', state: '{' });
    await begun(store, request());
    clock.advance(leaseMilliseconds + 1);
    expect((await collect(store.unfinished())).map(({ id }) => id)).toEqual(['a', 'g']);
    await expect(store.begin(request({ id: 'a', continues: true }))).rejects.toThrow('not readable');
  });

  it('is given back unfinished and continued by message', async () => {
    const { store, request, clock } = freshStore();
    const lease = await begun(store, request());
    await lease.release(expanding);
    // Its own message goes on with it, perhaps after a pause; only when the lease is over somebody else should send one.
    clock.advance(leaseMilliseconds - 1);
    expect(await collect(store.unfinished())).toEqual([]);
    clock.advance(2);
    expect(await collect(store.unfinished())).toEqual([{ kind: 'expand', id: 'g' }]);
    expect((await begun(store, request({ continues: true }))).state).toEqual(expanding);
  });

  it('is removed by whoever has its lease, asked for again meanwhile or not, and by nobody else', async () => {
    const { store, request, clock } = freshStore();
    const lease = await begun(store, request());
    await store.begin(request());
    await lease.remove();
    expect(await store.peek('expand', 'g')).toBeUndefined();
    const slow = await begun(store, request());
    clock.advance(leaseMilliseconds + 1);
    await begun(store, request({ continues: true }));
    await expect(slow.remove()).rejects.toThrow('was lost');
  });

  it('is not continued when it is finished or was never there', async () => {
    const { store, request } = freshStore();
    expect(await store.begin(request({ continues: true }))).toBeUndefined();
    await (await begun(store, request())).finish(expanded);
    expect(await store.begin(request({ continues: true }))).toBeUndefined();
  });

  it('serves a fresh request that finds work left in the middle after that work', async () => {
    const { store, request } = freshStore();
    await (await begun(store, request())).release(expanding);
    const lease = await begun(store, request());
    expect(lease.state).toEqual(expanding);
    expect(await lease.finish(expanded)).toBe('again');
  });

  it('takes the redelivery of its own request for nothing new', async () => {
    const { store, request } = freshStore();
    const asked = request();
    const lease = await begun(store, asked);
    expect(await store.begin(asked)).toBeUndefined();
    await lease.release(expanding);
    const next = await begun(store, { ...asked, attempt: 1 });
    expect(await next.finish(expanded)).toBe('done');
    expect(await store.begin(asked)).toBeUndefined();
    expect(await store.begin({ ...asked, second: true })).toBeDefined();
  });

  it('adds up what runs under several leases did', async () => {
    const { store, request, tenantId } = freshStore();
    const lease = await begun(store, request());
    await lease.checkpoint(expanding, { users: 2 });
    await lease.release(expanding, { users: 3, pages: 1 });
    const next = await begun(store, request({ continues: true }));
    await next.finish(expanded, { users: 4 });
    const row = await test.tables.operations.getEntity(tenantId, 'expand|g');
    expect(row['counts']).toBe('{"users":7,"pages":1}');
  });

  it('is right when the answer to any of its writes was lost', async () => {
    const { store, request } = freshStore();
    test.loseAnswers(1);
    const lease = await begun(store, request());
    test.loseAnswers(1);
    await lease.checkpoint(expanding);
    await lease.checkpoint(expanding);
    test.loseAnswers(1);
    expect(await lease.finish(expanded)).toBe('done');
    expect(await store.begin(request({ continues: true }))).toBeUndefined();
  });

  it('costs a read and a write to begin, and a write per checkpoint and end', async () => {
    const { store, request } = freshStore();
    test.takeRequests();
    const lease = await begun(store, request());
    await lease.checkpoint(expanding);
    await lease.finish(expanded);
    expect(test.takeRequests()).toEqual(['GET operations', 'POST operations', 'PUT operations', 'PUT operations']);
  });
});

describe('a sweep', () => {
  const round: JobState = {
    kind: 'sweep',
    groupIds: [freshId()],
    deltaLink: `https://graph/delta?${'x'.repeat(40_000)}`.slice(0, 15_000),
  };

  it('keeps its delta link between runs, also when it was asked for again', async () => {
    const { store, request } = freshStore();
    const sweep = (): JobRequest => request({ kind: 'sweep', id: 'groups|0' });
    const lease = await begun(store, sweep());
    await store.begin(sweep());
    expect(await lease.finish(round)).toBe('again');
    const second = await begun(store, request({ kind: 'sweep', id: 'groups|0', continues: true }));
    expect(second.state).toEqual(round);
    await second.finish(round);
    expect((await begun(store, sweep())).state).toEqual(round);
  });

  it('is listed by the id of its row, beside other rows of the directory table and other jobs', async () => {
    const { store, request, tenantId } = freshStore();
    for (const id of ['users', 'groups|0', 'groups|1']) await store.begin(request({ kind: 'sweep', id }));
    await store.begin(request());
    await test.tables.directory.createEntity({ partitionKey: tenantId, rowKey: 'group|g' });
    expect([...(await store.sweeps()).keys()]).toEqual(['groups|0', 'groups|1', 'users']);
    expect((await freshStore().store.sweeps()).size).toBe(0);
  });
});

describe('all jobs', () => {
  it('are found when their lease is over, of every kind', async () => {
    const { store, request, clock } = freshStore();
    const kinds = ['sweep', 'expand', 'fullSync', 'activate', 'renew'] as const;
    for (const kind of kinds) await store.begin(request({ kind, id: kind === 'fullSync' ? '' : '1' }));
    expect(await collect(store.unfinished())).toEqual([]);
    clock.advance(leaseMilliseconds + 1);
    const found = (await collect(store.unfinished())).map(({ kind }) => kind);
    expect(found.toSorted()).toEqual(kinds.toSorted());
  });
});
