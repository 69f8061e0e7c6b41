import type { AccountFact, Facts, GroupFact, Spell } from '../../src/lib/model/facts.ts';
import { at } from './times.ts';

/** In since then. */
export function inSince(since: string, pendingSince?: string): Spell {
  return { in: true, since, ...(pendingSince === undefined ? {} : { pendingSince }) };
}

/** Out since then, after an in. */
export function outSince(since: string): Spell {
  return { in: false, since };
}

/** An enabled member, known for long. */
export function account(special: Partial<AccountFact> = {}): AccountFact {
  return { state: 'enabled', since: at(0), type: 'member', typeSince: at(0), ...special };
}

export function factsOf(groups: Readonly<Record<string, GroupFact>>, special: Partial<AccountFact> = {}): Facts {
  return { account: account(special), groups };
}

/** Facts of an account that is in these groups, not directly, since long. */
export function memberOf(groupIds: readonly string[], special: Partial<AccountFact> = {}): Facts {
  return factsOf(Object.fromEntries(groupIds.map((groupId) => [groupId, { member: inSince(at(0)) }])), special);
}
