import { inParallel } from '../in-parallel.ts';
import type { Identity } from '../model/access.ts';
import type { AccountFact } from '../model/facts.ts';
import type { Needs } from './needs.ts';

/** Up to this many are read one by one; more are picked out of a listing of all users. */
const maxReads = 200;
const width = 8;

/** Somebody in a group who is not recorded: the account as the directory shows it now. */
export interface Stranger {
  readonly userId: string;
  readonly identity: Identity;
  readonly account: AccountFact;
}

/**
 * Reads the accounts of users who are not recorded, in order of id. Somebody who is gone meanwhile, or of whom Graph does not
 * say whether the account is enabled, is left out: they would not be recorded either.
 */
export async function readStrangers(
  ports: Needs<{ clock: 'now'; directory: 'listUsers' | 'readUser' }>,
  userIds: ReadonlySet<string>,
  take: (stranger: Stranger) => void,
): Promise<void> {
  const now = ports.clock.now().toISOString();
  const found = new Map<string, Stranger>();
  const find = (userId: string, seen: Seen, identity: Identity): void => {
    if (seen.accountEnabled === undefined) return;
    const state = seen.accountEnabled ? 'enabled' : 'disabled';
    const account: AccountFact = { state, since: now, type: seen.userType ?? 'member', typeSince: now };
    found.set(userId, { userId, identity, account });
  };
  if (userIds.size <= maxReads) {
    await inParallel([...userIds], width, async (userId) => {
      const reading = await ports.directory.readUser(userId, { direct: false, priority: 'normal' });
      if (reading.kind === 'found') find(userId, reading, reading.identity);
    });
  } else {
    for await (const page of ports.directory.listUsers('normal')) {
      for (const { id, accountEnabled, userType, removed, ...identity } of page) {
        if (removed === undefined && userIds.has(id)) find(id, { accountEnabled, userType }, identity);
      }
    }
  }
  for (const userId of [...found.keys()].sort()) {
    const stranger = found.get(userId);
    if (stranger) take(stranger);
  }
}

interface Seen {
  readonly accountEnabled: boolean | undefined;
  readonly userType: AccountFact['type'] | undefined;
}
