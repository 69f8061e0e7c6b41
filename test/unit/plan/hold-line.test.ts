import type { Hold, ListingTime, LossRow } from '../../../src/lib/model/hold.ts';
import {
  approveHold,
  crossesLine,
  emptyHold,
  endHold,
  passedInWindow,
  raiseLosses,
  rebaseHold,
  settleLoss,
  uncountedLosses,
} from '../../../src/lib/plan/hold-line.ts';
import { Book, claimOf, ledgerOf, now, policy } from './hold-line-book.ts';

const later = (hours: number): Date => new Date(now.getTime() + hours * 3_600_000);
/** A listing that began this many lags after the losses. */
const listing = (lags: number): ListingTime => {
  return { startedAt: new Date(now.getTime() + lags * 60_000 + 1), lagMilliseconds: 60_000 };
};
const rowOf = (parts: Partial<LossRow>): LossRow => {
  return {
    userId: 'u',
    since: 's1',
    epoch: 1,
    number: 1,
    pending: false,
    claimedDateTime: now.toISOString(),
    ...parts,
  };
};

describe('the line', () => {
  it.each<[Partial<Hold>, number, boolean, string]>([
    [{ base: 100 }, 20, false, '20 of 100 is exactly the percentage'],
    [{ base: 100 }, 21, true, '21 of 100 exceeds both'],
    [{ base: 20 }, 10, false, '10 of 20 exceeds the percentage, not the minimum'],
    [{ base: 20 }, 11, true, '11 of 20 exceeds both'],
    [{ base: 1000 }, 200, false, '200 of 1000 exceeds the minimum, not the percentage'],
    [{ base: 3 }, 2, false, 'one of three is left'],
    [{ base: 3 }, 3, true, 'nobody of three would be left'],
    [{ base: 2 }, 2, false, 'a base of two may become empty'],
    [{ base: 0 }, 10, false, 'no members known: the minimum alone counts'],
    [{ base: 0 }, 11, true, 'no members known: the minimum alone counts'],
    [{}, 10, false, 'never compared: the minimum alone counts'],
    [{}, 11, true, 'never compared: the minimum alone counts'],
  ])('with %j and %i losses says %s: %s', (hold, losses, crosses) => {
    expect(crossesLine(ledgerOf(hold), policy, losses, now)).toBe(crosses);
  });

  it('counts what passed for a whole window, and up to a bucket longer', () => {
    const book = new Book(ledgerOf({ base: 1000 }));
    book.claimMany(3);
    expect(passedInWindow(book.hold, policy, later(24))).toBe(3);
    expect(passedInWindow(book.hold, policy, later(24.6))).toBe(0);
  });

  it('forgets buckets that no longer count', () => {
    const book = new Book(ledgerOf({ base: 1000 }));
    for (let at = 0; at < 96; at += 1) book.claim(claimOf(`u${at}`), later(at));
    expect(Object.keys(book.hold.passed).length).toBeLessThanOrEqual(26);
  });
});

describe('a claim', () => {
  it('passes up to the line, and the one that crosses it is the first one held', () => {
    const book = new Book(ledgerOf({ base: 20 }));
    expect(book.claimMany(12)).toEqual([...Array<string>(10).fill('passed'), 'held', 'held']);
    expect(book.hold).toMatchObject({ held: true, heldSince: now.toISOString(), reason: 'lossThreshold', pending: 2 });
    expect(book.waiting()).toEqual(['u10', 'u11']);
  });

  it('is counted once, however often it is brought', () => {
    const book = new Book(ledgerOf({ base: 20 }));
    book.claimMany(10);
    const before = book.hold;
    expect(book.claimMany(10)).toEqual(Array(10).fill('passed'));
    expect(book.hold).toBe(before);
    book.claim(claimOf('u10'));
    const held = book.hold;
    expect(book.claim(claimOf('u10'), later(100))).toBe('held');
    expect(book.hold).toBe(held);
  });

  it('counts anew for another fact of the same user, and after the window', () => {
    const book = new Book(ledgerOf({ base: 1000 }));
    book.claim(claimOf('u'));
    book.claim(claimOf('u', 's2'));
    expect(passedInWindow(book.hold, policy, now)).toBe(2);
    book.claim(claimOf('u', 's2'), later(30));
    expect(passedInWindow(book.hold, policy, later(30))).toBe(1);
    expect(book.hold.lastNumber).toBe(3);
  });

  it('waits when a pending row is rewritten for another fact, without being counted as two', () => {
    const book = new Book(ledgerOf({ base: 3, held: true }));
    book.claim(claimOf('u'));
    book.claim(claimOf('u', 's2'));
    expect(book.hold.pending).toBe(1);
    expect(book.rows.get('u')).toMatchObject({ since: 's2', number: 2, pending: true });
  });

  it('of a deleted group is held whatever the numbers, unless the policy lets it go', () => {
    const book = new Book(ledgerOf({ base: 1000 }));
    expect(book.claim(claimOf('u', 's1', true), now, { ...policy, groupDeleted: 'revoke' })).toBe('passed');
    expect(book.claim(claimOf('v', 's1', true))).toBe('held');
    expect(book.hold).toMatchObject({ held: true, reason: 'groupDeleted' });
  });

  it('waits for as long as the hold is latched: time does not end it', () => {
    const book = new Book(ledgerOf({ base: 3 }));
    expect(book.claimMany(3)).toEqual(['passed', 'passed', 'held']);
    expect(book.claim(claimOf('v'), later(1000))).toBe('held');
  });
});

describe('the end of a hold', () => {
  function held(): Book {
    const book = new Book(ledgerOf({ base: 3 }));
    book.claimMany(5);
    return book;
  }

  it('comes when the last pending row is settled, with a new epoch', () => {
    const book = held();
    for (const userId of ['u2', 'u3']) {
      book.settle(userId);
      expect(book.hold.held).toBe(true);
    }
    book.settle('u4');
    const { passed } = book.hold;
    const counted = { passed, lostSinceBase: 2, lastPassedDateTime: now.toISOString() };
    expect(book.hold).toEqual({ ...emptyHold('g'), base: 3, epoch: 2, lastNumber: 5, ...counted });
  });

  it('is not raised by who left before the members were counted: that leaves nobody behind only once', () => {
    const book = new Book(ledgerOf({ base: 6 }));
    for (const user of ['a', 'b', 'c']) expect(book.claim(claimOf(user))).toBe('passed');
    book.hold = rebaseHold(book.hold, 3, listing(1)) ?? book.hold;
    expect(rebaseHold(book.hold, 3, listing(1))).toBeUndefined();
    expect([book.claim(claimOf('d')), book.claim(claimOf('e')), book.claim(claimOf('f'))]).toEqual([
      'passed',
      'passed',
      'held',
    ]);
  });

  it.each([
    ['began before they passed', listing(-1), 4],
    ['began less than a lag after, on a replica that is behind', listing(0.5), 4],
    ['shows some of them', listing(0.5), 3],
  ])('is raised for the last one after a listing that %s', (_case, time, members) => {
    const book = new Book(ledgerOf({ base: 4 }));
    for (const user of ['a', 'b', 'c']) expect(book.claim(claimOf(user))).toBe('passed');
    book.hold = rebaseHold(book.hold, members, time) ?? book.hold;
    expect(book.hold.base).toBe(members);
    expect(book.claim(claimOf('d'))).toBe('held');
  });

  it('by repair forgets nothing that passed: nobody drains a group by coming and going', () => {
    const book = new Book(ledgerOf({ base: 10 }));
    const line = { ...policy, lossPercent: 30, lossMinimum: 3 };
    const claim = (userId: string, at = now) => book.claim(claimOf(userId), at, line);
    expect(['a', 'b', 'c', 'd'].map((userId) => claim(userId))).toEqual(['passed', 'passed', 'passed', 'held']);
    book.settle('d');
    expect(book.hold.held).toBe(false);
    expect(claim('e', later(1))).toBe('held');
    book.settle('e');
    expect(claim('e', later(25))).toBe('passed');
  });

  it('does not come from a row that waits for nothing', () => {
    const { hold } = held();
    expect(settleLoss(hold, rowOf({ pending: false }))).toBe(hold);
    expect(settleLoss(hold, rowOf({ pending: true, epoch: 7 }))).toBe(hold);
    const open = ledgerOf({});
    expect(settleLoss(open, rowOf({ pending: true }))).toBe(open);
  });

  it('comes by approval, which lets pass exactly what was read', () => {
    const book = held();
    book.hold = approveHold(book.hold, 4, 50, now);
    expect(book.hold).toMatchObject({
      held: false,
      pending: 0,
      base: 50,
      epoch: 2,
      approvals: [{ epoch: 1, through: 4, until: '2026-11-09T08:00:00.000Z' }],
    });
    const approved = book.hold;
    expect(['u2', 'u3'].map((userId) => book.claim(claimOf(userId)))).toEqual(['passed', 'passed']);
    expect(book.hold).toBe(approved);
    expect(book.claim(claimOf('u3', 's2'))).toBe('passed');
    expect(book.claim(claimOf('u4'))).toBe('passed');
    expect(passedInWindow(book.hold, policy, now)).toBe(2);
  });

  it('is good for a week: who came back before it was applied is not lost by it later', () => {
    const day = 24 * 3_600_000;
    const book = held();
    book.hold = approveHold({ ...book.hold, base: 3 }, 5, 3, now);
    expect(book.claim(claimOf('u2'), new Date(now.getTime() + 7 * day))).toBe('passed');
    expect(book.hold.passed).toEqual({});
    const later = new Date(now.getTime() + 7 * day + 1);
    expect(['u2', 'u3', 'u4'].map((userId) => book.claim(claimOf(userId), later))).toEqual([
      'passed',
      'passed',
      'held',
    ]);
  });

  it('keeps the last 50 approvals', () => {
    let { hold } = held();
    for (let round = 0; round < 60; round += 1) hold = approveHold({ ...hold, held: true }, round, 5, now);
    expect(hold.approvals.map(({ through }) => through)).toEqual(Array.from({ length: 50 }, (_, index) => index + 10));
  });

  it('leaves the base and the numbers', () => {
    const hold = ledgerOf({ base: 7, lastNumber: 9, held: true, heldSince: 'x', reason: 'groupDeleted', pending: 2 });
    expect(endHold(hold)).toEqual({ ...emptyHold('g'), base: 7, lastNumber: 9, epoch: 2 });
  });
});

describe('a whole difference', () => {
  const losses = ['a', 'b', 'c'].map((userId) => ({ userId, since: 's1' }));

  it('is written as pending at once, and a second time not at all', () => {
    const book = new Book(ledgerOf({ base: 3 }));
    book.raise(losses);
    expect(book.hold).toMatchObject({ held: true, reason: 'lossThreshold', pending: 3, lastNumber: 3 });
    const raised = book.hold;
    book.raise(losses, later(1));
    expect(book.hold).toBe(raised);
    expect(book.claim(claimOf('a'))).toBe('held');
    expect(book.hold).toBe(raised);
  });

  it('leaves alone what has passed or was approved', () => {
    const book = new Book(ledgerOf({ base: 100 }));
    book.claim(claimOf('a'));
    book.claim(claimOf('b', 's1', true));
    book.hold = approveHold(book.hold, book.hold.lastNumber, 100, now);
    book.raise(losses);
    expect(book.waiting()).toEqual(['c']);
    expect(book.hold.pending).toBe(1);
  });

  it('counts only what no row says already: what passed in this window is not lost again', () => {
    const book = new Book(ledgerOf({ base: 100 }));
    book.claim(claimOf('a'));
    book.claim(claimOf('b', 's0'));
    const rest = (at: Date) => uncountedLosses(book.hold, book.rows, losses, policy, at).map(({ userId }) => userId);
    // Another spell of b is another loss, and so is a that is still there when the window is over.
    expect(rest(now)).toEqual(['b', 'c']);
    expect(rest(later(25))).toEqual(['a', 'b', 'c']);
    book.raise(losses);
    expect(rest(later(25))).toEqual(['a']);
    book.raise(losses, later(25));
    expect(book.waiting()).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    expect(book.hold).toMatchObject({ pending: 3, lastNumber: 5 });
  });

  it('changes nothing when there is nothing to lose', () => {
    const hold = ledgerOf({ base: 3 });
    expect(raiseLosses(hold, new Map(), [], { reason: 'groupDeleted', policy, now })).toEqual({ hold, rows: [] });
  });
});
