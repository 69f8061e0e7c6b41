import { mappedGroups } from '../model/active-rules.ts';
import { accountsLedger } from '../model/hold.ts';
import type { Ports } from '../ports.ts';

/** What a complete comparison knows of somebody who waits in a ledger. */
export interface Waiting {
  /** The record says so, too: then the reconcile that finds the repair settles it. */
  readonly isMarked: (userId: string) => boolean;
  /** The directory shows what was lost, or it is recorded no more. */
  readonly isRepaired: (userId: string) => boolean;
  /** When the listing began, in milliseconds. */
  readonly startedAt: number;
}

/**
 * Repairs that no record can tell of: a whole difference is written to the ledger before any record is marked, so a user who came
 * back meanwhile, or has no fact any more, would wait in it for ever. A row younger than the lag is left: the listing may be behind.
 */
export async function settleRepaired(ports: Ports, ledger: string, waiting: Waiting): Promise<void> {
  if ((await ports.ledger.find(ledger))?.held !== true) return;
  const settled: string[] = [];
  for await (const { userId, claimedDateTime } of ports.ledger.pending(ledger)) {
    const young = waiting.startedAt - Date.parse(claimedDateTime) < ports.lagMilliseconds;
    if (!young && !waiting.isMarked(userId) && waiting.isRepaired(userId)) settled.push(userId);
  }
  for (const userId of settled) await ports.ledger.settle(ledger, userId);
}

/**
 * Ends holds of groups that no rule maps any more: nothing of theirs is recorded, so nothing waits. One is left over when the rules
 * moved while a comparison was on its way. A row younger than the lag is left, because the rules may have moved again.
 */
export async function settleUnmapped(ports: Ports): Promise<void> {
  const rules = await ports.rules.active();
  if (!rules) return;
  const mapped = mappedGroups(rules);
  const oldest = ports.clock.now().getTime() - ports.lagMilliseconds;
  for await (const { ledger, held } of ports.ledger.list()) {
    if (!held || ledger === accountsLedger || mapped.has(ledger)) continue;
    const settled: string[] = [];
    for await (const { userId, claimedDateTime } of ports.ledger.pending(ledger)) {
      if (Date.parse(claimedDateTime) <= oldest) settled.push(userId);
    }
    for (const userId of settled) await ports.ledger.settle(ledger, userId);
  }
}
