import type { Facts } from '../model/facts.ts';
import type { Plan } from '../model/plan.ts';
import type { Ports } from '../ports.ts';
import { learnFrom } from './learn-from.ts';
import { readRecorded, readUser, type Sight } from './read-user.ts';
import { planFrom } from './reconcile-user.ts';

/** A dry run: what a reconcile of this user would do now. */
export interface DryRun {
  readonly sight: Sight;
  /** What would be known of the user then. */
  readonly facts: Facts;
  readonly plan: Plan | undefined;
}

/**
 * Plans one user on a fresh reading and writes nothing; hand it ports whose stores refuse to write (promise 7). Undefined
 * when no rules are in force.
 */
export async function planUser(ports: Ports, userId: string): Promise<DryRun | undefined> {
  const sight = await readUser(ports, await readRecorded(ports, userId), 'normal');
  if (!sight) return undefined;
  const learned = await learnFrom(ports, sight, 'look', 'normal');
  return { sight, facts: learned.facts, plan: planFrom(ports, sight, learned) };
}
