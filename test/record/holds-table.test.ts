import { createLog } from '../../src/lib/log.ts';
import type { LossClaim } from '../../src/lib/model/hold.ts';
import type { HoldPolicy } from '../../src/lib/model/rules-document.ts';
import type { Ledger } from '../../src/lib/ports.ts';
import { createHoldsTable } from '../../src/lib/record/holds-table.ts';
import { collect, freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';

/** A listing that shows everything that ever passed. */
const listing = { startedAt: new Date('2100-01-01T00:00:00Z'), lagMilliseconds: 0 };

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

const policy: HoldPolicy = { lossPercent: 20, lossMinimum: 10, windowHours: 24, groupDeleted: 'hold' };

interface Setup {
  readonly ledger: Ledger;
  /** The same ledgers in other processes. */
  readonly others: readonly Ledger[];
  readonly clock: ReturnType<typeof testClock>;
  /** Levels of the lines written so far. */
  readonly lines: string[];
}

function freshLedger(): Setup {
  const lines: string[] = [];
  const clock = testClock();
  const log = createLog((level, line) => lines.push(`${level} ${line}`));
  const tenantId = freshId();
  const [ledger, ...others] = [1, 2, 3, 4].map(() => createHoldsTable(test.tables, tenantId, { clock, log }));
  if (!ledger) throw new Error('Four were made.');
  return { ledger, others, clock, lines };
}

const claimOf = (userId: string, since = 's1', groupDeleted = false): LossClaim => {
  return { ledger: 'g', userId, since, groupDeleted };
};
const users = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `u${String(index).padStart(3, '0')}`);
const losses = (count: number): { userId: string; since: string }[] =>
  users(count).map((userId) => ({ userId, since: 's1' }));

describe('claims', () => {
  it('cost two reads and a transaction, and two reads when they were counted before', async () => {
    const { ledger } = freshLedger();
    test.takeRequests();
    expect(await ledger.claim(claimOf('u'), policy)).toBe('passed');
    expect(test.takeRequests()).toEqual(['GET holds', 'GET holds', 'POST $batch']);
    expect(await ledger.claim(claimOf('u'), policy)).toBe('passed');
    expect(test.takeRequests()).toEqual(['GET holds', 'GET holds']);
  });

  it('cross the line at the same loss, whoever claims at once; one alert is raised', async () => {
    const { ledger, others, lines } = freshLedger();
    await ledger.rebase('g', 20, listing);
    const processes = [ledger, ...others];
    const verdicts = await Promise.all(
      users(24).map((userId, index) => (processes[index % 4] ?? ledger).claim(claimOf(userId), policy)),
    );
    expect(verdicts.filter((verdict) => verdict === 'passed')).toHaveLength(10);
    expect(await ledger.find('g')).toMatchObject({ held: true, pending: 14, lastNumber: 24, base: 20 });
    const pending = await collect(ledger.pending('g'));
    expect(pending.map(({ number }) => number)).toEqual(Array.from({ length: 14 }, (_, index) => index + 11));
    expect(lines.filter((line) => line.startsWith('warn') && line.includes('A hold is raised'))).toHaveLength(1);
  });

  it('count one loss once, claimed by many at once', async () => {
    const { ledger, others } = freshLedger();
    await Promise.all([ledger, ledger, ...others].map((process) => process.claim(claimOf('u'), policy)));
    expect(await ledger.find('g')).toMatchObject({ lastNumber: 1 });
  });

  it('count once and raise the alert when the answer was lost', async () => {
    const { ledger, lines } = freshLedger();
    await ledger.rebase('g', 3, listing);
    await ledger.claim(claimOf('a'), policy);
    await ledger.claim(claimOf('b'), policy);
    test.loseAnswers(1);
    expect(await ledger.claim(claimOf('c'), policy)).toBe('held');
    expect(await ledger.find('g')).toMatchObject({ lastNumber: 3, pending: 1 });
    expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  it('of one ledger or tenant say nothing of another', async () => {
    const [mine, theirs] = [freshLedger(), freshLedger()];
    await mine.ledger.claim(claimOf('u', 's1', true), policy);
    expect(await mine.ledger.claim({ ...claimOf('u'), ledger: 'accounts' }, policy)).toBe('passed');
    expect((await collect(mine.ledger.list())).map(({ ledger, held }) => [ledger, held])).toEqual([
      ['accounts', false],
      ['g', true],
    ]);
    expect(await theirs.ledger.find('g')).toBeUndefined();
    expect(await collect(theirs.ledger.list())).toEqual([]);
  });
});

describe('the end of a hold', () => {
  it('comes with the last repair', async () => {
    const { ledger, lines } = freshLedger();
    await ledger.raise('g', losses(2), 'groupDeleted', policy);
    await ledger.settle('g', 'u000');
    await ledger.settle('g', 'u000');
    await ledger.settle('g', 'nobody');
    expect(await ledger.find('g')).toMatchObject({ held: true, pending: 1, epoch: 1 });
    await Promise.all([ledger.settle('g', 'u001'), ledger.settle('g', 'u001')]);
    const { heldSince, reason, ...ended } = (await ledger.find('g')) ?? {};
    expect(ended).toMatchObject({ held: false, pending: 0, epoch: 2 });
    expect([heldSince, reason]).toEqual([undefined, undefined]);
    expect(lines.filter((line) => line.includes('A hold has ended'))).toHaveLength(1);
  });

  it('comes by approval of the list as it was read; later losses are counted anew', async () => {
    const { ledger } = freshLedger();
    await ledger.rebase('g', 3, listing);
    await ledger.raise('g', losses(3), 'groupDeleted', policy);
    await ledger.claim(claimOf('late'), policy);
    const waiting = await ledger.approve('g', 3, 100);
    expect(waiting?.toSorted()).toEqual(['late', 'u000', 'u001', 'u002']);
    expect(await ledger.find('g')).toMatchObject({ held: false, base: 100, epoch: 2, passed: {} });
    for (const userId of users(3)) expect(await ledger.claim(claimOf(userId), policy)).toBe('passed');
    expect(await ledger.find('g')).toMatchObject({ passed: {} });
    expect(await ledger.claim(claimOf('late'), policy)).toBe('passed');
    expect(Object.values((await ledger.find('g'))?.passed ?? {})).toEqual([1]);
    expect(await collect(ledger.pending('g'))).toEqual([]);
  });

  it('by approval is nobody’s when nothing is held', async () => {
    const { ledger } = freshLedger();
    expect(await ledger.approve('g', 3, 100)).toBeUndefined();
  });

  it('by approval names those who waited also when the answer was lost', async () => {
    const { ledger } = freshLedger();
    await ledger.raise('g', losses(2), 'groupDeleted', policy);
    test.loseAnswers(1);
    expect(await ledger.approve('g', 2, 100)).toEqual(['u000', 'u001']);
    expect(await ledger.find('g')).toMatchObject({ epoch: 2, approvals: [{ epoch: 1, through: 2 }] });
  });

  it('by approval races with claims: whoever waited is named, or is decided anew', async () => {
    const { ledger, others } = freshLedger();
    await ledger.raise('g', losses(1), 'groupDeleted', policy);
    const [waiting, ...verdicts] = await Promise.all([
      others[0]?.approve('g', 1, 1000),
      ...users(12).map((userId) => ledger.claim(claimOf(`x${userId}`), policy)),
    ]);
    const hold = await ledger.find('g');
    const held = users(12).filter((_, index) => verdicts[index] === 'held');
    expect(hold).toMatchObject({ epoch: 2, held: false, pending: 0 });
    expect(waiting).toEqual(expect.arrayContaining(['u000', ...held.map((userId) => `x${userId}`)]));
  });

  it('comes for a restored group without pending rows, and for no other', async () => {
    const { ledger } = freshLedger();
    await ledger.endIfEmpty('g');
    await ledger.raise('g', losses(1), 'groupDeleted', policy);
    await ledger.endIfEmpty('g');
    expect(await ledger.find('g')).toMatchObject({ held: true, epoch: 1 });
  });
});

describe('a whole difference', () => {
  it('of hundreds is pending in a few transactions, and is not counted twice', async () => {
    const { ledger, lines } = freshLedger();
    test.takeRequests();
    await ledger.raise('g', losses(250), 'lossThreshold', policy);
    const requests = test.takeRequests();
    expect(requests.filter((request) => request === 'POST $batch')).toHaveLength(3);
    expect(requests.filter((request) => request === 'GET holds')).toHaveLength(5);
    await ledger.raise('g', losses(250), 'lossThreshold', policy);
    expect(await ledger.find('g')).toMatchObject({ held: true, pending: 250, lastNumber: 250 });
    expect((await collect(ledger.pending('g'))).map(({ number }) => number)).toEqual(
      Array.from({ length: 250 }, (_, index) => index + 1),
    );
    expect(lines).toHaveLength(1);
  });

  it('is counted once when answers were lost and others claim and settle meanwhile', async () => {
    const { ledger, others } = freshLedger();
    await ledger.rebase('g', 300, listing);
    test.loseAnswers(1);
    await Promise.all([
      ledger.raise('g', losses(250), 'lossThreshold', policy),
      ...users(6).map((userId) => others[0]?.claim(claimOf(userId, 's1', true), policy)),
      others[1]?.settle('g', 'u249'),
    ]);
    const pending = await collect(ledger.pending('g'));
    expect((await ledger.find('g'))?.pending).toBe(pending.length);
    expect(new Set(pending.map(({ number }) => number)).size).toBe(pending.length);
    for (const { userId } of pending) await ledger.settle('g', userId);
    expect(await ledger.find('g')).toMatchObject({ held: false, pending: 0 });
  });

  it('is written only if it crosses the line, or the group is held', async () => {
    const { ledger } = freshLedger();
    await ledger.rebase('g', 100, listing);
    await ledger.raise('g', losses(20), 'lossThreshold', policy);
    expect(await ledger.find('g')).toMatchObject({ held: false, lastNumber: 0 });
    await ledger.raise('g', losses(21), 'lossThreshold', policy);
    expect(await ledger.find('g')).toMatchObject({ held: true, pending: 21 });
    await ledger.raise('g', losses(22), 'lossThreshold', policy);
    expect(await ledger.find('g')).toMatchObject({ held: true, pending: 22 });
  });

  it('does not count those again who passed and are still found missing', async () => {
    const { ledger } = freshLedger();
    await ledger.rebase('g', 100, listing);
    for (const userId of users(12)) await ledger.claim(claimOf(userId), policy);
    // Their derived rows are not written yet, so the listing takes them for losses: with eight more that is the line.
    await ledger.raise('g', losses(20), 'lossThreshold', policy);
    expect(await ledger.find('g')).toMatchObject({ held: false, lastNumber: 12 });
    await ledger.raise('g', losses(21), 'lossThreshold', policy);
    expect(await ledger.find('g')).toMatchObject({ held: true, pending: 9, lastNumber: 21 });
  });
});

describe('a look ahead', () => {
  it('answers as a claim would, and writes nothing', async () => {
    const { ledger } = freshLedger();
    await ledger.rebase('g', 3, listing);
    await ledger.claim(claimOf('a'), policy);
    await ledger.claim(claimOf('b'), policy);
    const foresee = (userId: string, groupDeleted = false) =>
      ledger.foresee(claimOf(userId, 's1', groupDeleted), policy);
    expect([await foresee('a'), await foresee('c')]).toEqual(['passed', 'held']);
    expect([await foresee('a', true), await foresee('d', true)]).toEqual(['passed', 'held']);
    expect(await ledger.find('g')).toMatchObject({ held: false, lastNumber: 2 });
  });
});
