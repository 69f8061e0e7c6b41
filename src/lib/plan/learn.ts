import type { MappedGroup } from '../model/active-rules.ts';
import type { Facts, GroupFact } from '../model/facts.ts';
import { accountsLedger } from '../model/hold.ts';
import type { FoundReading, GroupEvidence, UserReading } from '../model/reading.ts';
import { learnAccount } from './learn-account.ts';
import { learnGroup } from './learn-group.ts';

/** What `learn` knows beside the reading. Everything that guards access comes in here, never as a filter afterwards. */
export interface Knowledge {
  /** Mapped groups by id. */
  readonly groups: ReadonlyMap<string, MappedGroup>;
  /** Replication lag of the directory, in milliseconds. */
  readonly lagMilliseconds: number;
  /** What lost groups said when asked; a group that was not asked yet is absent. */
  readonly evidence: ReadonlyMap<string, GroupEvidence>;
  /** Ledgers (group ids, `accounts`) that refused this user's claim. */
  readonly held: ReadonlySet<string>;
  /** When a users delta or a complete listing said that the user is gone. */
  readonly tombstoneSince?: string;
  readonly disabledAccounts: 'suspend' | 'keep';
}

/** A proven loss, to be claimed before it is applied. */
export interface Loss {
  readonly ledger: string;
  readonly since: string;
  readonly groupDeleted: boolean;
}

/** What one reading teaches. */
export interface Learned {
  readonly facts: Facts;
  readonly losses: readonly Loss[];
  /** Groups whose answer would prove or refute a loss; until they are asked, the facts stay. */
  readonly unproven: readonly string[];
  /** Some fact was too young to be overturned: look again when it is old enough. */
  readonly tooYoung: boolean;
  /** Ledgers in which this user waited and no longer does. */
  readonly settled: readonly string[];
}

/**
 * What we now know of the directory about one user: `learn(recorded facts, reading, knowledge)`. Pure; called again with more
 * knowledge (answers of lost groups, refused claims) until nothing is open. A fact is overturned only by a complete reading
 * that began a replication lag after the fact was known; a loss needs evidence and its ledger's consent besides.
 */
export function learn(recorded: Facts, reading: UserReading, knowledge: Knowledge): Learned {
  const account = learnAccount(recorded.account, reading, knowledge);
  const groups =
    account.fact?.state === 'deleted'
      ? nothingLearned
      : reading.kind === 'found'
        ? learnGroups(recorded, reading, knowledge)
        : keepGroups(recorded, knowledge);
  const facts: Facts = { ...(account.fact ? { account: account.fact } : {}), groups: groups.facts };
  const losses = [...account.losses, ...groups.losses];
  const claimed = new Set(losses.map((loss) => loss.ledger));
  const waits = new Set(pendingLedgers(facts));
  return {
    facts,
    losses,
    unproven: groups.unproven,
    tooYoung: account.tooYoung || groups.tooYoung,
    settled: pendingLedgers(recorded).filter((ledger) => !waits.has(ledger) && !claimed.has(ledger)),
  };
}

/** Ledgers in which a hold keeps some fact of these. */
export function pendingLedgers(facts: Facts): readonly string[] {
  const groups = Object.entries(facts.groups)
    .filter(([, fact]) => fact.member.pendingSince !== undefined || fact.direct?.pendingSince !== undefined)
    .map(([groupId]) => groupId);
  return facts.account?.pendingSince === undefined ? groups : [accountsLedger, ...groups];
}

interface GroupsLesson {
  readonly facts: Readonly<Record<string, GroupFact>>;
  readonly losses: readonly Loss[];
  readonly unproven: readonly string[];
  readonly tooYoung: boolean;
}

const nothingLearned: GroupsLesson = { facts: {}, losses: [], unproven: [], tooYoung: false };

function learnGroups(recorded: Facts, reading: FoundReading, knowledge: Knowledge): GroupsLesson {
  const facts: Record<string, GroupFact> = {};
  const losses: Loss[] = [];
  const unproven: string[] = [];
  let tooYoung = false;
  for (const group of byId(knowledge.groups)) {
    const lesson = learnGroup(recorded.groups[group.groupId], group, reading, knowledge);
    if (lesson.fact) facts[group.groupId] = lesson.fact;
    if (lesson.lostSince !== undefined) {
      const groupDeleted = knowledge.evidence.get(group.groupId) === 'deleted';
      losses.push({ ledger: group.groupId, since: lesson.lostSince, groupDeleted });
    }
    if (lesson.unproven) unproven.push(group.groupId);
    tooYoung ||= lesson.tooYoung;
  }
  return { facts, losses, unproven, tooYoung };
}

/** Without a membership list every mapped fact stays as it was. */
function keepGroups(recorded: Facts, knowledge: Knowledge): GroupsLesson {
  const facts: Record<string, GroupFact> = {};
  for (const group of byId(knowledge.groups)) {
    const fact = recorded.groups[group.groupId];
    if (fact && fact.member.since >= group.mappedSince) facts[group.groupId] = fact;
  }
  return { ...nothingLearned, facts };
}

/** Mapped groups in order of id, so that equal facts are written equally (promise 5). */
function byId(groups: ReadonlyMap<string, MappedGroup>): readonly MappedGroup[] {
  return [...groups.values()].sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
}
