import type { ActiveRules } from '../model/active-rules.ts';
import { compareAccess, takesSomething } from '../plan/compare-access.ts';
import { inEffect } from '../plan/changes.ts';
import { decide } from '../plan/decide.ts';
import type { Ports } from '../ports.ts';
import type { Needs } from './needs.ts';

/** What activating rules would take, on recorded facts: the directory is not asked. */
export interface LosersCount {
  /** Recorded users who would lose something they hold in effect. */
  readonly losers: number;
  /** Recorded users who hold something in effect: nobody else can lose. */
  readonly holders: number;
}

/** Decides every recorded user by rules that are not in force yet, as the activate job would. */
export async function countLosers(
  ports: Pick<Ports, 'clock'> & Needs<{ access: 'records' }>,
  rules: ActiveRules,
): Promise<LosersCount> {
  const now = ports.clock.now();
  let losers = 0;
  let holders = 0;
  for await (const { record, exceptions } of ports.access.records()) {
    if (inEffect(record).length > 0) holders += 1;
    if (takesSomething(compareAccess(record, decide(record.facts, rules, exceptions, now)))) losers += 1;
  }
  return { losers, holders };
}
