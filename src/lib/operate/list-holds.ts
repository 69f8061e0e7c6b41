import type { Hold } from '../model/hold.ts';
import type { Needs } from './needs.ts';

/** A hold that waits for a person, with the list to read: approval names the number of its last row. */
export interface OpenHold {
  readonly ledger: string;
  readonly heldSince: string | undefined;
  readonly reason: Hold['reason'];
  readonly base: number | undefined;
  readonly pending: readonly { readonly number: number; readonly userId: string; readonly claimedDateTime: string }[];
}

/** All holds of a tenant that are open. */
export async function listHolds({ ledger }: Needs<{ ledger: 'list' | 'pending' }>): Promise<readonly OpenHold[]> {
  const open: OpenHold[] = [];
  for await (const hold of ledger.list()) {
    if (!hold.held) continue;
    const pending: { number: number; userId: string; claimedDateTime: string }[] = [];
    for await (const { number, userId, claimedDateTime } of ledger.pending(hold.ledger)) {
      pending.push({ number, userId, claimedDateTime });
    }
    const { heldSince, reason, base } = hold;
    open.push({ ledger: hold.ledger, heldSince, reason, base, pending });
  }
  return open;
}
