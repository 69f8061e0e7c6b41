import { createLog } from '../../src/lib/log.ts';
import type { Lane } from '../../src/lib/model/request.ts';
import type { WorkList } from '../../src/lib/ports.ts';
import { createWorkTable } from '../../src/lib/record/work-table.ts';
import { collect, countOpen, freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';

const minute = 60_000;
let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

function freshStore(): { store: WorkList; tenantId: string; clock: ReturnType<typeof testClock>; lines: string[] } {
  const tenantId = freshId();
  const clock = testClock();
  const lines: string[] = [];
  const log = createLog((_level, line) => lines.push(line));
  return { store: createWorkTable(test.tables, tenantId, { clock, log }), tenantId, clock, lines };
}

async function dueUsers({ store, clock }: ReturnType<typeof freshStore>): Promise<string[]> {
  return (await collect(store.due(clock.now()))).map(({ userId }) => userId);
}

describe('open work', () => {
  it('is due after a minute, and later each time it is sent, up to a quarter of an hour', async () => {
    const work = freshStore();
    await work.store.open('u', 'poison');
    expect(await dueUsers(work)).toEqual([]);
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      let waited = 0;
      while ((await dueUsers(work)).length === 0) {
        work.clock.advance(minute);
        waited += 1;
      }
      waits.push(waited);
      const [row] = await collect(work.store.due(work.clock.now()));
      expect(row && (await work.store.postpone(row))).toMatchObject({
        userId: 'u',
        attempts: round + 1,
        reason: 'poison',
      });
    }
    expect(waits).toEqual([1, 2, 4, 8, 15, 15, 15, 15]);
  });

  it('is one row for a user, however often it is written, and does not start from the beginning', async () => {
    const work = freshStore();
    await Promise.all([1, 2, 3].map(() => work.store.open('u', 'poison')));
    work.clock.advance(minute);
    const [row] = await collect(work.store.due(work.clock.now()));
    if (!row) throw new Error('The row is due.');
    await work.store.postpone(row);
    await work.store.open('u', 'again');
    expect(await countOpen(test.tables, work.tenantId)).toBe(1);
    work.clock.advance(minute);
    expect(await dueUsers(work)).toEqual([]);
    work.clock.advance(minute);
    expect(await collect(work.store.due(work.clock.now()))).toMatchObject([{ attempts: 1, reason: 'again' }]);
  });

  it.each<[Lane | 'not said', Lane | 'not said', Lane]>([
    ['fresh', 'bulk', 'fresh'],
    ['bulk', 'fresh', 'fresh'],
    ['bulk', 'bulk', 'bulk'],
    ['not said', 'bulk', 'fresh'],
  ])('that is %s and then %s comes back %s (promise 6)', async (first, second, expected) => {
    const work = freshStore();
    for (const lane of [first, second]) await work.store.open('u', 'poison', lane === 'not said' ? undefined : lane);
    work.clock.advance(minute);
    const [row] = await collect(work.store.due(work.clock.now()));
    expect(row?.lane).toBe(expected);
    expect(row && (await work.store.postpone(row))?.lane).toBe(expected);
  });

  it('that can not be read is reported, keeps nobody else waiting, and does not keep its user from being written down', async () => {
    const work = freshStore();
    const partitionKey = work.tenantId;
    for (const rowKey of ['open|a', 'due|2026-01-01T00:00:00.000Z|a|look']) {
      await test.tables.work.createEntity({ partitionKey, rowKey, nextDueDateTime: '2026-01-01T00:00:00.000Z' });
    }
    await work.store.open('b', 'poison');
    await work.store.schedule('c', '2026-01-02T00:00:00.000Z', 'look');
    work.clock.advance(minute);
    expect(await dueUsers(work)).toEqual(['b', 'c']);
    expect(work.lines.map((line) => /"row":"(\w+)/.exec(line)?.[1])).toEqual(['open', 'due']);
    await work.store.open('a', 'poison');
    work.clock.advance(minute);
    expect(await dueUsers(work)).toEqual(['a', 'b', 'c']);
  });

  it('is settled by the message that carries its present ETag only', async () => {
    const work = freshStore();
    await work.store.open('u', 'poison');
    work.clock.advance(minute);
    const [row] = await collect(work.store.due(work.clock.now()));
    const sent = row && (await work.store.postpone(row));
    if (!row || !sent) throw new Error('The row is due.');
    await work.store.settle(row.rowKey, row.etag);
    expect(await countOpen(test.tables, work.tenantId)).toBe(1);
    await work.store.open('u', 'failed again meanwhile');
    await work.store.settle(sent.rowKey, sent.etag);
    expect(await countOpen(test.tables, work.tenantId)).toBe(1);

    work.clock.advance(60 * minute);
    const [now] = await collect(work.store.due(work.clock.now()));
    await work.store.settle(now?.rowKey ?? '', now?.etag ?? '');
    await work.store.settle(now?.rowKey ?? '', now?.etag ?? '');
    expect(await countOpen(test.tables, work.tenantId)).toBe(0);
  });

  it('is sent by one of two catch-ups', async () => {
    const work = freshStore();
    await work.store.open('u', 'poison');
    work.clock.advance(minute);
    const [row] = await collect(work.store.due(work.clock.now()));
    if (!row) throw new Error('The row is due.');
    expect(await work.store.postpone(row)).toBeDefined();
    work.clock.advance(1);
    expect(await work.store.postpone(row)).toBeUndefined();
  });

  it('knows its own postponement when the answer was lost', async () => {
    const work = freshStore();
    await work.store.open('u', 'poison');
    work.clock.advance(minute);
    const [row] = await collect(work.store.due(work.clock.now()));
    test.loseAnswers(1);
    const sent = row && (await work.store.postpone(row));
    await work.store.settle(sent?.rowKey ?? '', sent?.etag ?? '');
    expect(await countOpen(test.tables, work.tenantId)).toBe(0);
  });

  it('belongs to one tenant', async () => {
    const [mine, theirs] = [freshStore(), freshStore()];
    await theirs.store.open('u', 'poison');
    mine.clock.advance(minute);
    expect(await dueUsers(mine)).toEqual([]);
    expect(await countOpen(test.tables, mine.tenantId)).toBe(0);
  });
});

describe('due work', () => {
  it('is due from its time on, is postponed under its key, and is not counted as open', async () => {
    const work = freshStore();
    const dueAt = new Date(work.clock.now().getTime() + 10 * minute).toISOString();
    // Written down twice, at a time that is the same in another zone.
    await work.store.schedule('u', dueAt, 'exception');
    await work.store.schedule('u', dueAt.replace('Z', '+00:00'), 'exception');
    expect(await dueUsers(work)).toEqual([]);
    work.clock.advance(10 * minute);
    const [row] = await collect(work.store.due(work.clock.now()));
    expect(row).toMatchObject({ rowKey: `due|${dueAt}|u|exception`, userId: 'u', dueDateTime: dueAt });
    expect(row && (await work.store.postpone(row))).toMatchObject({ rowKey: row?.rowKey, attempts: 1 });
    expect(await dueUsers(work)).toEqual([]);
    work.clock.advance(2 * minute);
    expect(await dueUsers(work)).toEqual(['u']);
    expect(await countOpen(test.tables, work.tenantId)).toBe(0);
  });
});
