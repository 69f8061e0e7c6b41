import type { UserEntry } from '../model/directory.ts';
import type { RecordedAccount } from '../model/recorded.ts';
import type { UserToLookAt } from './enqueue-users.ts';

/**
 * How an entry of a users listing or delta differs from the recorded account; undefined when it does not. What access may depend
 * on carries a hint and is fresh work; a changed name, UPN or mail does not. An absent value says nothing.
 */
export function accountDrift(recorded: RecordedAccount, entry: UserEntry): UserToLookAt | undefined {
  const { fact } = recorded;
  const userId = recorded.userId;
  if (entry.removed !== undefined) return fact.state === 'deleted' ? undefined : gone(userId);
  const waits = fact.pendingSince !== undefined;
  const { accountEnabled } = entry;
  if (accountEnabled !== undefined && differs(fact.state, accountEnabled, waits)) {
    return { userId, hint: { account: accountEnabled ? 'enabled' : 'disabled' } };
  }
  if (entry.userType !== undefined && entry.userType !== fact.type)
    return { userId, hint: { userType: entry.userType } };
  const renamed =
    changed(entry.displayName, recorded.displayName) ||
    changed(entry.userPrincipalName, recorded.userPrincipalName) ||
    changed(entry.mail, recorded.mail);
  return renamed ? { userId } : undefined;
}

/** Somebody whom a feed says to be deleted. */
export function gone(userId: string): UserToLookAt {
  return { userId, hint: { account: 'gone' } };
}

/** A held account is a difference only when the directory shows its recorded state again (repair). */
function differs(state: RecordedAccount['fact']['state'], enabled: boolean, waits: boolean): boolean {
  const same = state === (enabled ? 'enabled' : 'disabled');
  return waits ? same : !same;
}

function changed(seen: string | undefined, recorded: string | undefined): boolean {
  return seen !== undefined && seen !== recorded;
}
