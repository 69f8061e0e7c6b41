import fc from 'fast-check';
import type { LossClaim } from '../../../src/lib/model/hold.ts';
import type { HoldPolicy } from '../../../src/lib/model/rules-document.ts';
import { approveHold, rebaseHold } from '../../../src/lib/plan/hold-line.ts';
import { Book, claimOf, ledgerOf, now } from './hold-line-book.ts';

const hour = 3_600_000;
const lag = 60_000;

type Step =
  | { readonly do: 'claim'; readonly user: number; readonly since: number; readonly deleted: boolean }
  | { readonly do: 'settle'; readonly user: number }
  | { readonly do: 'raise'; readonly users: readonly number[]; readonly since: number }
  | { readonly do: 'approve'; readonly behind: number; readonly base: number }
  /** A complete comparison counts the members. */
  | { readonly do: 'rebase'; readonly base: number }
  | { readonly do: 'wait'; readonly hours: number };

const user = fc.nat(7);
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('claim'), user, since: fc.nat(2), deleted: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('settle'), user }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('raise'), users: fc.uniqueArray(user), since: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('approve'), behind: fc.nat(2), base: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('rebase'), base: fc.nat(12) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('wait'), hours: fc.double({ min: 0, max: 20, noNaN: true }) }),
    },
  ) satisfies fc.Arbitrary<Step>,
  { maxLength: 60 },
);

/** What passed, after how many approvals and when, as an observer who keeps everything would tell it. */
interface Passed {
  readonly approvals: number;
  readonly at: number;
  /** After how many counts of the members. */
  readonly counts: number;
}

describe('any history of a ledger', () => {
  const line: HoldPolicy = { lossPercent: 20, lossMinimum: 2, windowHours: 24, groupDeleted: 'revoke' };

  it('counts its pending rows, is held while there are any, numbers upwards, and never passes beyond the line', () => {
    fc.assert(
      fc.property(fc.option(fc.nat(12), { nil: undefined }), steps, (base, history) => {
        const book = new Book(ledgerOf({ base }));
        const passed: Passed[] = [];
        let counts = 0;
        let at = now.getTime();
        for (const step of history) {
          const before = book.hold;
          at = step.do === 'wait' ? at + step.hours * hour : at;
          take(book, step, new Date(at), passed, counts);
          if (step.do === 'rebase' || (step.do === 'approve' && before.held)) counts += 1;
          expect(book.hold.pending).toBe(book.waiting().length);
          expect(book.hold.held).toBe(book.hold.pending > 0);
          expect(book.hold.lastNumber).toBeGreaterThanOrEqual(before.lastNumber);
          expect(book.hold.epoch - before.epoch).toBe(before.held && !book.hold.held ? 1 : 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  function take(book: Book, step: Step, at: Date, passed: Passed[], counts: number): void {
    if (step.do === 'claim') claim(book, claimOf(`u${step.user}`, `s${step.since}`, step.deleted), at, passed, counts);
    if (step.do === 'rebase') {
      const listing = { startedAt: new Date(at.getTime() + lag + 1), lagMilliseconds: lag };
      book.hold = rebaseHold(book.hold, step.base, listing) ?? book.hold;
    }
    if (step.do === 'settle') book.settle(`u${step.user}`);
    if (step.do === 'raise')
      book.raise(
        step.users.map((id) => ({ userId: `u${id}`, since: `s${step.since}` })),
        at,
      );
    if (step.do === 'approve' && book.hold.held) {
      book.hold = approveHold(book.hold, book.hold.lastNumber - step.behind, step.base, at);
    }
  }

  function claim(book: Book, loss: LossClaim, at: Date, passed: Passed[], counts: number): void {
    const before = book.hold;
    const verdict = book.claim(loss, at, line);
    const counted = book.hold !== before;
    if (verdict === 'passed' && counted) passed.push({ approvals: before.approvals.length, at: at.getTime(), counts });
    const inWindow = (hours: number): number =>
      passed.filter((one) => one.approvals === before.approvals.length && at.getTime() - one.at <= hours * hour).length;
    const size = before.base ?? 0;
    const areTooMany = (losses: number): boolean => losses > size * 0.2 && losses > 2;
    const sinceCount = passed.filter((one) => one.counts === counts).length;
    const leaveNobody = (losses: number): boolean => size >= 3 && losses >= size;
    if (verdict === 'passed' && counted)
      expect([areTooMany(inWindow(line.windowHours)), leaveNobody(sinceCount)]).toEqual([false, false]);
    // Nobody waits without a reason. A loss leaves the window up to a forty-eighth of it late.
    if (verdict === 'held' && counted && !before.held)
      expect(areTooMany(inWindow((line.windowHours * 49) / 48) + 1) || leaveNobody(sinceCount + 1)).toBe(true);
    if (counted) expect(book.rows.get(loss.userId)?.number).toBe(before.lastNumber + 1);

    const after = book.hold;
    expect(book.claim(loss, at, line)).toBe(verdict);
    expect(book.hold).toBe(after);
  }
});
