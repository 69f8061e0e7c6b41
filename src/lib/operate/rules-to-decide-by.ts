import type { ActiveRules } from '../model/active-rules.ts';
import type { StoredAccess } from '../model/stored-access.ts';
import { olderVersion, rulesUntilRead } from '../plan/rules-of-record.ts';
import type { Needs } from './needs.ts';

/**
 * The rules by which a person's decision is carried out on what is recorded. Those in force, unless the record still stands as
 * older rules left it: what the new ones map anew was not read for this user yet, and to decide without it would take what the
 * reconcile behind gives back.
 */
export async function rulesToDecideBy(
  { rules }: Needs<{ rules: 'version' }>,
  { record, exceptions }: StoredAccess,
  inForce: ActiveRules,
  now: Date,
): Promise<ActiveRules> {
  const older = olderVersion(record, inForce);
  if (!record || older === undefined) return inForce;
  return rulesUntilRead({ record, exceptions }, await rules.version(older), inForce, now);
}
