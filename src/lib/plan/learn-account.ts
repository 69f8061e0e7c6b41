import type { AccountFact, AccountState, AccountType } from '../model/facts.ts';
import { accountsLedger } from '../model/hold.ts';
import type { UserReading } from '../model/reading.ts';
import { holdsAccess } from './holds-access.ts';
import type { Knowledge, Loss } from './learn.ts';
import { isYoung } from './learn-spell.ts';

/** What turns a 404 into proof, as far as there is any. */
interface Proof {
  readonly tombstoneSince?: string | undefined;
  readonly lagMilliseconds: number;
}

export interface AccountLesson {
  readonly fact: AccountFact | undefined;
  readonly losses: readonly Loss[];
  readonly tooYoung: boolean;
}

/**
 * The account against one reading. What the reading leaves open (`accountEnabled: null`, a 404 without proof) keeps the
 * recorded fact. A change that takes access away is a loss under `accounts`.
 */
export function learnAccount(
  recorded: AccountFact | undefined,
  reading: UserReading,
  knowledge: Knowledge,
): AccountLesson {
  const seen = seenState(reading, knowledge);
  // A 404 that a tombstone explains is proof once it is repeated a lag later.
  const waitsForProof = reading.kind === 'absent' && knowledge.tombstoneSince !== undefined && seen === undefined;
  if (!recorded) return { fact: firstFact(seen, reading), losses: [], tooYoung: waitsForProof };
  const context = { reading, lagMilliseconds: knowledge.lagMilliseconds };
  const state = learnState(recorded, seen, context, knowledge);
  const type = learnType(recorded, reading, context);
  return {
    fact: { ...state.fact, ...type.fact },
    losses: state.losses,
    tooYoung: state.tooYoung || type.tooYoung || waitsForProof,
  };
}

/**
 * True when the reading proves that the account is gone, whether or not a hold keeps it: a 404 proves it together with a tombstone
 * a lag old, and nothing overturns a fact that is younger than the lag.
 */
export function provesGone(recorded: AccountFact | undefined, reading: UserReading, knowledge: Proof): boolean {
  const young =
    recorded !== undefined && isYoung(recorded.since, { lagMilliseconds: knowledge.lagMilliseconds, reading });
  return seenState(reading, knowledge) === 'deleted' && !young;
}

type Context = Parameters<typeof isYoung>[1];
type StateFact = Pick<AccountFact, 'state' | 'since' | 'pendingSince'>;
type TypeFact = Pick<AccountFact, 'type' | 'typeSince'>;

function seenState(reading: UserReading, knowledge: Proof): AccountState | undefined {
  if (reading.kind === 'deleted') return 'deleted';
  if (reading.kind === 'found') {
    if (reading.accountEnabled === undefined) return undefined;
    return reading.accountEnabled ? 'enabled' : 'disabled';
  }
  const tombstone = reading.kind === 'absent' ? knowledge.tombstoneSince : undefined;
  if (tombstone === undefined) return undefined;
  return isYoung(tombstone, { reading, lagMilliseconds: knowledge.lagMilliseconds }) ? undefined : 'deleted';
}

function firstFact(seen: AccountState | undefined, reading: UserReading): AccountFact | undefined {
  const since = reading.completedDateTime;
  // Somebody with an exception may be gone before the account was ever read; what it was matters to nobody then.
  if (seen === 'deleted') return { state: seen, since, type: 'member', typeSince: since };
  if (reading.kind !== 'found' || seen === undefined) return undefined;
  // `userType: null` beside a readable account is a member: synced users of old tenants have none.
  return { state: seen, since, type: reading.userType ?? 'member', typeSince: since };
}

function learnState(
  recorded: AccountFact,
  seen: AccountState | undefined,
  context: Context,
  knowledge: Knowledge,
): { fact: StateFact; losses: readonly Loss[]; tooYoung: boolean } {
  const { state, since, pendingSince } = recorded;
  const kept: StateFact = { state, since, ...(pendingSince === undefined ? {} : { pendingSince }) };
  if (seen === undefined) return { fact: kept, losses: [], tooYoung: false };
  if (seen === state) {
    if (pendingSince === undefined) return { fact: kept, losses: [], tooYoung: false };
    const young = isYoung(pendingSince, context);
    return { fact: young ? kept : { state, since }, losses: [], tooYoung: young };
  }
  if (isYoung(since, context)) return { fact: kept, losses: [], tooYoung: true };
  const now = context.reading.completedDateTime;
  const turned: StateFact = { state: seen, since: now };
  if (!takesAccess(state, seen, knowledge)) return { fact: turned, losses: [], tooYoung: false };
  if (knowledge.held.has(accountsLedger)) {
    return { fact: { state, since, pendingSince: pendingSince ?? now }, losses: [], tooYoung: false };
  }
  return { fact: turned, losses: [{ ledger: accountsLedger, since, groupDeleted: false }], tooYoung: false };
}

/** A suspended account has nothing left to lose in effect, so only the first step down is claimed. */
function takesAccess(from: AccountState, to: AccountState, policy: Pick<Knowledge, 'disabledAccounts'>): boolean {
  return holdsAccess(from, policy) && !holdsAccess(to, policy);
}

function learnType(
  recorded: AccountFact,
  reading: UserReading,
  context: Context,
): { fact: TypeFact; tooYoung: boolean } {
  const kept: TypeFact = { type: recorded.type, typeSince: recorded.typeSince };
  const seen = seenType(reading);
  if (seen === undefined || seen === recorded.type) return { fact: kept, tooYoung: false };
  if (isYoung(recorded.typeSince, context)) return { fact: kept, tooYoung: true };
  return { fact: { type: seen, typeSince: reading.completedDateTime }, tooYoung: false };
}

function seenType(reading: UserReading): AccountType | undefined {
  if (reading.kind !== 'found') return undefined;
  return reading.userType ?? (reading.accountEnabled === undefined ? undefined : 'member');
}
