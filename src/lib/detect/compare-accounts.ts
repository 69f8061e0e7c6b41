import type { AccountState } from '../model/facts.ts';
import { accountsLedger } from '../model/hold.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import type { RecordedAccount } from '../model/recorded.ts';
import { holdsAccess } from '../plan/holds-access.ts';
import type { Ports } from '../ports.ts';
import { accountDrift } from './account-drift.ts';
import type { ComparisonCause } from './look-list.ts';
import { enqueueUsers, laneFor, type UserToLookAt } from './enqueue-users.ts';
import { settleRepaired } from './settle-repaired.ts';

/**
 * Compares all users of the tenant with the recorded accounts and enqueues those who differ. A recorded account that a complete
 * listing lacks gets a tombstone: with a second 404 after the lag that is proof. Users without a record cost nothing.
 */
export async function compareAccounts(
  ports: Ports,
  document: RulesDocument,
  cause: ComparisonCause,
): Promise<{ users: number }> {
  const startedAt = ports.clock.now();
  const accounts = new Map<string, RecordedAccount>();
  for await (const account of ports.derived.accounts()) accounts.set(account.userId, account);
  tellMissingMail(ports, accounts.values());
  const listing = await readListing(ports, accounts);

  const users = [...listing.drifts];
  const lost = users.flatMap(({ userId, hint }) =>
    hint?.account === 'disabled' && !holdsAccess('disabled', document) ? (accounts.get(userId) ?? []) : [],
  );
  for (const account of accounts.values()) {
    const { userId, fact } = account;
    if (listing.seen.has(userId) || fact.state === 'deleted') continue;
    await ports.tombstones.put(userId, startedAt.toISOString());
    // Who waits already is looked at when the hold ends; the proof has to be there by then.
    if (fact.pendingSince !== undefined) continue;
    users.push({ userId, hint: { account: 'gone' } });
    lost.push(account);
  }
  const losses = lost
    .filter(({ fact }) => holdsAccess(fact.state, document) && fact.pendingSince === undefined)
    .filter(({ fact }) => startedAt.getTime() - Date.parse(fact.since) >= ports.lagMilliseconds)
    .map(({ userId, fact }) => ({ userId, since: fact.since }));
  await ports.ledger.raise(accountsLedger, losses, 'lossThreshold', document.holds);
  await settleRepaired(ports, accountsLedger, {
    startedAt: startedAt.getTime(),
    isMarked: (userId) => accounts.get(userId)?.fact.pendingSince !== undefined,
    isRepaired: (userId) => {
      const state = listing.seen.get(userId);
      return !accounts.has(userId) || (state !== undefined && holdsAccess(state, document));
    },
  });
  // Losses are counted among these only, so they are the base; the tenant's other users, and leavers, would hide a mass loss.
  const holders = [...accounts.values()].filter(({ fact }) => holdsAccess(fact.state, document)).length;
  await ports.ledger.rebase(accountsLedger, holders, { startedAt, lagMilliseconds: ports.lagMilliseconds });
  await enqueueUsers(ports, users, { ...cause, lane: laneFor(users) });
  return { users: users.length };
}

/** Whoever has no mail is reconciled by object id like everybody else; an application that writes to people wants to know (A4). */
function tellMissingMail(ports: Ports, accounts: Iterable<RecordedAccount>): void {
  let withoutMail = 0;
  for (const { fact, mail } of accounts) withoutMail += fact.state !== 'deleted' && mail === undefined ? 1 : 0;
  if (withoutMail === 0) return;
  ports.log.warn('Recorded users have no mail address; they are reconciled all the same.', { withoutMail });
}

interface Listing {
  /** Recorded accounts that are there, with their state if it could be read. */
  readonly seen: ReadonlyMap<string, AccountState | undefined>;
  /** Those of them that differ. */
  readonly drifts: readonly UserToLookAt[];
}

/** All users of the tenant, as far as they are recorded. Whoever is there needs no tombstone. */
async function readListing(ports: Ports, accounts: ReadonlyMap<string, RecordedAccount>): Promise<Listing> {
  const seen = new Map<string, AccountState | undefined>();
  const drifts: UserToLookAt[] = [];
  const tombstones = new Set<string>();
  for await (const userId of ports.tombstones.list()) tombstones.add(userId);
  for await (const page of ports.directory.listUsers('low')) {
    for (const entry of page) {
      if (tombstones.has(entry.id)) await ports.tombstones.remove(entry.id);
      const account = accounts.get(entry.id);
      if (!account) continue;
      const { accountEnabled } = entry;
      seen.set(entry.id, accountEnabled === undefined ? undefined : accountEnabled ? 'enabled' : 'disabled');
      const drift = accountDrift(account, entry);
      if (drift) drifts.push(drift);
    }
  }
  return { seen, drifts };
}
