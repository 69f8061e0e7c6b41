import type { ActiveRules } from '../model/active-rules.ts';
import { compareAccess, takesSomething } from '../plan/compare-access.ts';
import { inEffect } from '../plan/changes.ts';
import { decide } from '../plan/decide.ts';
import { type ListedMembership, type UnreadGroup, withListed } from '../plan/unread-groups.ts';
import type { Ports } from '../ports.ts';
import type { Needs } from './needs.ts';

/** What activating rules would take. */
export interface LosersCount {
  /** Recorded users who would lose something they hold in effect. */
  readonly losers: number;
  /** Recorded users who hold something in effect: nobody else can lose. */
  readonly holders: number;
}

/** What the groups show that activation has to read first; nothing when they were not read. */
export interface NewMembers {
  readonly unread: readonly UnreadGroup[];
  /** By user id. */
  readonly listed: ReadonlyMap<string, ListedMembership>;
}

/**
 * Decides every recorded user by rules that are not in force yet, as the activate job would: on recorded facts, and on what
 * newly mapped groups will show. They take as well as give, through stronger roles, conflicts and the default role.
 */
export async function countLosers(
  ports: Pick<Ports, 'clock'> & Needs<{ access: 'records' }>,
  rules: ActiveRules,
  { unread, listed }: NewMembers = { unread: [], listed: new Map() },
): Promise<LosersCount> {
  const now = ports.clock.now();
  let losers = 0;
  let holders = 0;
  for await (const { record, exceptions } of ports.access.records()) {
    if (inEffect(record).length > 0) holders += 1;
    const seen = listed.get(record.userId);
    const facts = seen === undefined ? record.facts : withListed(record.facts, unread, seen, now.toISOString());
    if (takesSomething(compareAccess(record, decide(facts, rules, exceptions, now)))) losers += 1;
  }
  return { losers, holders };
}
