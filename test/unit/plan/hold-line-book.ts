import type { Hold, LossClaim, LossRow } from '../../../src/lib/model/hold.ts';
import type { HoldPolicy } from '../../../src/lib/model/rules-document.ts';
import { claimLoss, emptyHold, raiseLosses, settleLoss } from '../../../src/lib/plan/hold-line.ts';

export const now = new Date('2026-11-02T08:00:00.000Z');
export const policy: HoldPolicy = { lossPercent: 20, lossMinimum: 10, windowHours: 24, groupDeleted: 'hold' };

export function ledgerOf(parts: Partial<Hold>): Hold {
  return { ...emptyHold('g'), ...parts };
}

export function claimOf(userId: string, since = 's1', groupDeleted = false): LossClaim {
  return { ledger: 'g', userId, since, groupDeleted };
}

/** A ledger as the table keeps it: the hold and one row per user. */
export class Book {
  hold: Hold;
  readonly rows = new Map<string, LossRow>();

  constructor(hold: Hold) {
    this.hold = hold;
  }

  claim(loss: LossClaim, at = now, line = policy): 'passed' | 'held' {
    const { verdict, hold, row } = claimLoss(this.hold, this.rows.get(loss.userId), loss, line, at);
    this.hold = hold ?? this.hold;
    if (row) this.rows.set(row.userId, row);
    return verdict;
  }

  settle(userId: string): void {
    const row = this.rows.get(userId);
    if (row?.pending !== true) return;
    this.hold = settleLoss(this.hold, row);
    this.rows.delete(userId);
  }

  raise(losses: readonly { userId: string; since: string }[], at = now): void {
    const raised = raiseLosses(this.hold, this.rows, losses, { reason: 'lossThreshold', policy, now: at });
    this.hold = raised.hold;
    for (const row of raised.rows) this.rows.set(row.userId, row);
  }

  waiting(): string[] {
    return [...this.rows.values()]
      .filter((row) => row.pending && row.epoch === this.hold.epoch)
      .map((row) => row.userId);
  }

  claimMany(count: number, from = 0): ('passed' | 'held')[] {
    return Array.from({ length: count }, (_, index) => this.claim(claimOf(`u${from + index}`)));
  }
}
