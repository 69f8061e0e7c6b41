import type { Facts } from '../model/facts.ts';
import type { UserReading } from '../model/reading.ts';
import type { Hint } from '../model/request.ts';

/** Looks that may follow one announcement. */
const maxLooks = 2;

/** What one reconcile found, as far as looking again goes. */
export interface Glance {
  /** How many looks came before; 0 for the announcement itself. */
  readonly look: number;
  readonly factsChanged: boolean;
  /** An earlier try may have changed them, and ended before it asked for a look. */
  readonly isRepeated: boolean;
  readonly tooYoung: boolean;
  /** Newer rules are to be applied when the directory tells of the user. */
  readonly rulesWait: boolean;
  readonly hint: Hint | undefined;
  readonly reading: UserReading;
}

/**
 * Whether to look once more when every present fact is older than the replication lag: a fact changed, or may have in a try
 * before this one, one was too young to be overturned, newer rules wait for a reading, or the reading does not show what was announced. A look that changes nothing
 * schedules nothing, so a quiet directory becomes silent.
 */
export function shouldLookAgain(glance: Glance): boolean {
  if (glance.look >= maxLooks) return false;
  if (glance.factsChanged || glance.isRepeated || glance.tooYoung || glance.rulesWait) return true;
  return glance.look === 0 && glance.hint !== undefined && !shows(glance.reading, glance.hint);
}

/** True when a reading shows what a feed announced. */
export function shows(reading: UserReading, hint: Hint): boolean {
  if (reading.kind === 'group') return true;
  if (hint.account === 'gone') return reading.kind === 'deleted';
  if (reading.kind !== 'found') return false;
  const { groupId, membership } = hint;
  if (groupId !== undefined && membership !== undefined && reading.groups.has(groupId) !== (membership === 'joined')) {
    return false;
  }
  if (hint.account !== undefined && reading.accountEnabled !== (hint.account === 'enabled')) return false;
  return hint.userType === undefined || reading.userType === hint.userType;
}

/** True when two sets of facts differ in anything but how long an out is remembered. */
export function factsDiffer(before: Facts, after: Facts): boolean {
  return JSON.stringify(essence(before)) !== JSON.stringify(essence(after));
}

function essence(facts: Facts): unknown {
  const groups = Object.entries(facts.groups)
    .filter(([, fact]) => fact.member.in)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, fact]) => [id, fact.member, fact.direct?.in === true ? fact.direct : null]);
  return [facts.account ?? null, groups];
}
