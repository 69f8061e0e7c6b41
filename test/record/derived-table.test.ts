import fc from 'fast-check';
import type { DerivedPut } from '../../src/lib/model/plan.ts';
import type { DerivedRow } from '../../src/lib/model/recorded.ts';
import type { FeedEntry, OutboxEntry } from '../../src/lib/model/stored-access.ts';
import type { DerivedStore } from '../../src/lib/ports.ts';
import { createDerivedTable } from '../../src/lib/record/derived-table.ts';
import { collect, freshId, startTables, type TestTables } from './azurite-tables.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

const put = (partition: string, rowKey: string, note: string): DerivedPut => ({ partition, rowKey, values: { note } });
const tombstone = (partition: string, rowKey: string): DerivedPut => ({ partition, rowKey });
const entry = (revision: number, ...derived: DerivedPut[]): OutboxEntry => ({ revision, derived });
const feed = (userId: string, revision: number): FeedEntry => {
  return { userId, revision, state: 'active', severity: 'normal', granted: ['role|a'], revoked: [] };
};

function freshStore(): { store: DerivedStore; tenantId: string } {
  const tenantId = freshId();
  return { store: createDerivedTable(test.tables, tenantId), tenantId };
}

async function present(store: DerivedStore, partition: string): Promise<Partial<DerivedRow>[]> {
  const rows = await collect(store.rows(partition, ''));
  return rows.map(({ rowKey, revision, values }) => ({ rowKey, revision, ...(values ? { values } : {}) }));
}

async function feedKeys(tenantId: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const row of test.tables.changes.listEntities()) {
    if (row.partitionKey?.startsWith(tenantId) === true) keys.push(row.rowKey ?? '');
  }
  return keys;
}

describe('derived rows', () => {
  it('costs one request for a new row, two for a tombstone, three for a row that comes back', async () => {
    const { store } = freshStore();
    const requests: string[][] = [];
    for (const [revision, row] of [
      put('role|a', 'u', 'in'),
      tombstone('role|a', 'u'),
      put('role|a', 'u', 'back'),
    ].entries()) {
      test.takeRequests();
      await store.publish(entry(revision + 1, row));
      requests.push(test.takeRequests());
    }
    expect(requests).toEqual([
      ['POST assignments'],
      ['GET assignments', 'PUT assignments'],
      ['POST assignments', 'GET assignments', 'PUT assignments'],
    ]);
    expect(await present(store, 'role|a')).toEqual([{ rowKey: 'u', revision: 3, values: { note: 'back' } }]);
  });

  it('is the same in whatever order revisions are published, at once or repeated', async () => {
    const change = fc.record({ there: fc.boolean(), partition: fc.constantFrom('role|a', 'accounts') });
    const history = fc.array(change, { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.nat(), { minLength: 10, maxLength: 10 }), async (changes, order) => {
        const entries = changes.map(({ there, partition }, index) =>
          entry(index + 1, there ? put(partition, 'u', `n${index}`) : tombstone(partition, 'u')),
        );
        const shuffled = [...entries, ...entries]
          .map((item, index) => ({ item, at: order[index] ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ item }) => item);
        const [inOrder, shuffledStore, together] = [freshStore().store, freshStore().store, freshStore().store];
        for (const item of entries) await inOrder.publish(item);
        for (const item of shuffled) await shuffledStore.publish(item);
        await Promise.all(shuffled.map((item) => together.publish(item)));

        for (const partition of ['role|a', 'accounts']) {
          const expected = await present(inOrder, partition);
          expect(await present(shuffledStore, partition)).toEqual(expected);
          expect(await present(together, partition)).toEqual(expected);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('is not brought back by a worker that wakes up late, in the middle of its write', async () => {
    const { store } = freshStore();
    await store.publish(entry(1, put('role|a', 'u', 'first')));
    const { promise: resumed, resolve: resume } = Promise.withResolvers<undefined>();
    const { promise: paused, resolve: pause } = Promise.withResolvers<undefined>();
    test.beforeRequest = async (request) => {
      if (!request.startsWith('PUT')) return;
      test.beforeRequest = undefined;
      pause(undefined);
      await resumed;
    };
    const late = store.publish(entry(2, put('role|a', 'u', 'late')));
    await paused;
    await store.publish(entry(3, tombstone('role|a', 'u')));
    resume(undefined);
    await late;
    expect(await present(store, 'role|a')).toEqual([{ rowKey: 'u', revision: 3 }]);
  });

  it('writes tombstones before anything else, and the feed last', async () => {
    const { store } = freshStore();
    await store.publish(entry(1, put('role|a', 'u', 'old')));
    test.takeRequests();
    await store.publish({ ...entry(2, put('role|b', 'u', 'new'), tombstone('role|a', 'u')), feed: feed('u', 2) });
    expect(test.takeRequests()).toEqual(['GET assignments', 'PUT assignments', 'POST assignments', 'POST changes']);
  });

  it('keeps keys that come from outside safe, and gives them back as they were', async () => {
    const { store, tenantId } = freshStore();
    const upn = "o'neil/x_gmail.com#ext#@contoso.com";
    await store.publish(entry(1, put('upn', upn, 'x')));
    expect(await present(store, 'upn')).toEqual([{ rowKey: upn, revision: 1, values: { note: 'x' } }]);
    const raw = await test.tables.assignments.getEntity(
      `${tenantId}|upn`,
      'o~27neil~2fx_gmail.com~23ext~23@contoso.com',
    );
    expect(raw).toMatchObject({ assigned: true, revision: 1, note: 'x' });
  });

  it('lets the present holder of a name take over its row, and the former one leave it alone', async () => {
    const { store, tenantId } = freshStore();
    const called = async (user: string, userPrincipalName: string) =>
      test.tables.access.upsertEntity({
        partitionKey: `${tenantId}|${user}`,
        rowKey: 'record',
        userPrincipalName,
        state: 'active',
      });
    await called('mine', 'Former.Ada@contoso.com');
    await called('yours', 'Ada@contoso.com');
    const mine = { ...put('upn', 'ada@contoso.com', 'mine'), owner: 'mine' };
    const yours = { ...put('upn', 'ada@contoso.com', 'yours'), owner: 'yours' };
    await store.publish(entry(7, mine));
    await store.publish(entry(2, yours));
    await store.publish(entry(8, { ...tombstone('upn', 'ada@contoso.com'), owner: 'mine' }));
    // A publisher that is late does not take it back.
    await store.publish(entry(7, mine));
    expect(await present(store, 'upn')).toEqual([
      { rowKey: 'ada@contoso.com', revision: 2, values: { note: 'yours' } },
    ]);
    await store.publish(entry(3, { ...tombstone('upn', 'ada@contoso.com'), owner: 'yours' }));
    expect(await present(store, 'upn')).toEqual([{ rowKey: 'ada@contoso.com', revision: 3 }]);
  });

  it('lists recorded facts without tombstones, and partitions and rows of its own tenant only', async () => {
    const { store } = freshStore();
    const fact = { member: { in: true, since: '2026-11-01T00:00:00Z' } };
    const account = {
      state: 'enabled',
      since: '2026-11-01T00:00:00Z',
      type: 'guest',
      typeSince: '2026-11-01T00:00:00Z',
    };
    const inGroup = (rowKey: string): DerivedPut => ({
      partition: 'group|g',
      rowKey,
      values: { fact: JSON.stringify(fact) },
    });
    const values = { fact: JSON.stringify(account), displayName: 'Anna', mail: 'anna@contoso.com' };
    await store.publish(entry(1, inGroup('u1'), inGroup('u2'), { partition: 'accounts', rowKey: 'u1', values }));
    await store.publish(entry(2, tombstone('group|g', 'u2')));
    await freshStore().store.publish(entry(1, inGroup('u3')));

    expect(await collect(store.members('g'))).toEqual([{ userId: 'u1', fact }]);
    expect(await collect(store.members('nobody'))).toEqual([]);
    const anna = { userId: 'u1', fact: account, displayName: 'Anna', mail: 'anna@contoso.com' };
    expect(await store.account('u1')).toEqual(anna);
    expect(await store.account('u2')).toBeUndefined();
    expect(await collect(store.accounts())).toEqual([anna]);
    expect(await collect(store.partitions())).toEqual(['accounts', 'group|g']);
    expect((await collect(store.rows('group|g', 'u1', 'u1 '))).map(({ rowKey }) => rowKey)).toEqual(['u1']);
    expect((await collect(store.rows('group|g', 'u2'))).map(({ rowKey }) => rowKey)).toEqual(['u2']);
  });

  it('repairs a row at its own revision, never over a higher one', async () => {
    const { store } = freshStore();
    await store.publish(entry(2, put('role|a', 'u', 'wrong')));
    await store.repair({ ...put('role|a', 'u', 'right'), revision: 2 });
    await store.repair({ ...put('role|a', 'u', 'old'), revision: 1 });
    expect(await present(store, 'role|a')).toEqual([{ rowKey: 'u', revision: 2, values: { note: 'right' } }]);
    await store.repair({ ...tombstone('role|a', 'u'), revision: 2 });
    expect(await present(store, 'role|a')).toEqual([{ rowKey: 'u', revision: 2 }]);
  });

  it('purges a tombstone that is still the same, and nothing else', async () => {
    const { store } = freshStore();
    await store.publish(entry(1, put('role|a', 'u', 'x')));
    const [there] = await collect(store.rows('role|a', ''));
    await store.publish(entry(2, tombstone('role|a', 'u')));
    const [gone] = await collect(store.rows('role|a', ''));
    if (!there || !gone) throw new Error('Two rows were written.');
    expect(Date.parse(gone.writtenDateTime)).toBeGreaterThan(Date.now() - 60_000);

    await store.purge(there);
    await store.publish(entry(3, tombstone('role|a', 'u')));
    await store.purge(gone);
    expect(await present(store, 'role|a')).toEqual([{ rowKey: 'u', revision: 3 }]);
    await store.purge({ ...gone, revision: 3 });
    expect(await present(store, 'role|a')).toEqual([]);
  });
});

describe('the change feed', () => {
  it('is keyed by the time of the service, then user and revision', async () => {
    const { store, tenantId } = freshStore();
    const before = Date.now();
    await store.publish({ ...entry(7), feed: feed('u', 7) });
    const [key = ''] = await feedKeys(tenantId);
    const [time = '', user, revision] = key.split('|');
    expect([user, revision]).toEqual(['u', '000000000007']);
    // The service's header counts whole seconds.
    expect(Date.parse(time)).toBeGreaterThan(before - 2000);
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
  });

  it('appends again under a later key when an insert took too long, so that a reader behind 30 seconds misses nothing', async () => {
    const { store, tenantId } = freshStore();
    await store.publish(entry(1, put('role|a', 'u', 'x')));
    test.beforeRequest = async (request) => {
      if (request !== 'POST changes') return;
      test.beforeRequest = undefined;
      await test.storage.setClockOffset(20_000);
    };
    await store.publish({ ...entry(2), feed: feed('u', 2) });
    const times = (await feedKeys(tenantId)).map((key) => Date.parse(key.slice(0, 24)));
    expect(times).toHaveLength(2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(15_000);
    await test.storage.setClockOffset(0);
  });

  it('has one row when the answer to its insert was lost', async () => {
    const { store, tenantId } = freshStore();
    test.loseAnswers(1);
    await store.publish({ ...entry(1), feed: feed('u', 1) });
    expect(await feedKeys(tenantId)).toHaveLength(1);
  });
});
