import type { ActiveRules } from '../model/active-rules.ts';
import type { RecordedAccess } from '../model/stored-access.ts';
import { decide } from './decide.ts';

/** True when the rules give another access for the record's facts than the record holds. */
export function accessDiffers({ record, exceptions }: RecordedAccess, rules: ActiveRules, now: Date): boolean {
  const access = decide(record.facts, rules, exceptions, now);
  const { state, assignments, losers, conflicts } = record;
  return JSON.stringify(access) !== JSON.stringify({ state, assignments, losers, conflicts });
}
