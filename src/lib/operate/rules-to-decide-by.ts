import type { ActiveRules } from '../model/active-rules.ts';
import type { StoredAccess } from '../model/stored-access.ts';
import { accessDiffers } from '../plan/access-differs.ts';
import type { Needs } from './needs.ts';

/**
 * The rules by which a person's decision is carried out on what is recorded. Those in force, unless the record still stands as
 * older rules left it: what the new ones map anew was not read for this user yet, and to decide without it would take what the
 * reconcile behind gives back. Then groups give what they gave, under the definitions and conflicts in force, and the record
 * stays one of the older version.
 */
export async function rulesToDecideBy(
  { rules }: Needs<{ rules: 'version' }>,
  { record, exceptions }: StoredAccess,
  inForce: ActiveRules,
  now: Date,
): Promise<ActiveRules> {
  if (!record || record.rulesVersion < 1 || record.rulesVersion >= inForce.version) return inForce;
  if (!accessDiffers({ record, exceptions }, inForce, now)) return inForce;
  const { version, document, pins } = await rules.version(record.rulesVersion);
  return { version, document: { ...inForce.document, rules: document.rules, groups: document.groups }, pins };
}
