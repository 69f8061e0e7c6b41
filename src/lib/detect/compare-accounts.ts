import { accountsLedger } from '../model/hold.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import type { RecordedAccount } from '../model/recorded.ts';
import type { Ports } from '../ports.ts';
import { accountDrift } from './account-drift.ts';
import type { ComparisonCause } from './look-list.ts';
import { enqueueUsers, laneFor, type UserToLookAt } from './enqueue-users.ts';

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
  const unseen = new Map<string, RecordedAccount>();
  for await (const account of ports.derived.accounts()) unseen.set(account.userId, account);
  const recorded = [...unseen.values()].filter((account) => account.fact.state !== 'deleted').length;

  const users: UserToLookAt[] = [];
  const losses: { userId: string; since: string }[] = [];
  const lose = (account: RecordedAccount): void => {
    const { fact } = account;
    const old = startedAt.getTime() - Date.parse(fact.since) >= ports.lagMilliseconds;
    if (old && fact.state === 'enabled' && fact.pendingSince === undefined)
      losses.push({ userId: account.userId, since: fact.since });
  };
  const tombstones = new Set<string>();
  for await (const userId of ports.tombstones.list()) tombstones.add(userId);
  for await (const page of ports.directory.listUsers('low')) {
    for (const entry of page) {
      if (tombstones.has(entry.id)) await ports.tombstones.remove(entry.id);
      const account = unseen.get(entry.id);
      if (!account) continue;
      unseen.delete(entry.id);
      const drift = accountDrift(account, entry);
      if (drift) users.push(drift);
      if (drift?.hint?.account === 'disabled' && document.disabledAccounts === 'suspend') lose(account);
    }
  }
  for (const account of unseen.values()) {
    const waits = account.fact.pendingSince !== undefined;
    if (account.fact.state === 'deleted' || waits) continue;
    await ports.tombstones.put(account.userId, startedAt.toISOString());
    users.push({ userId: account.userId, hint: { account: 'gone' } });
    lose(account);
  }
  if (losses.length > 0 && (await ports.ledger.wouldHold(accountsLedger, losses.length, document.holds))) {
    await ports.ledger.raise(accountsLedger, losses, 'lossThreshold');
  }
  // Losses are counted among recorded accounts only, so they are the base; the tenant's other users would hide a mass loss.
  await ports.ledger.rebase(accountsLedger, recorded);
  await enqueueUsers(ports, users, { ...cause, lane: laneFor(users) });
  return { users: users.length };
}
