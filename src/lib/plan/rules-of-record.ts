import type { AccessRecord } from '../model/access.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import type { RecordedAccess } from '../model/stored-access.ts';
import { accessDiffers } from './access-differs.ts';
import { unreadGroups } from './unread-groups.ts';

/** The number of the older rules that a record stands under; undefined: those in force decided it, or nobody is recorded. */
export function olderVersion(record: AccessRecord | undefined, inForce: ActiveRules): number | undefined {
  const version = record?.rulesVersion ?? 0;
  return version >= 1 && version < inForce.version ? version : undefined;
}

/**
 * Groups give what they gave under older rules, under the definitions and conflicts in force. What is decided so remains of the
 * older version, because what newer ones map anew was not read.
 */
export function keepingOlder({ version, document, pins }: ActiveRules, inForce: ActiveRules): ActiveRules {
  return { version, document: { ...inForce.document, rules: document.rules, groups: document.groups }, pins };
}

/**
 * The rules for somebody whose groups the directory did not tell. What the rules in force map anew is unknown then, not absent, so
 * nothing may be taken on its account (promise 1). Where they map nothing anew, recorded facts say all that they ask.
 */
export function rulesUntilRead(
  recorded: RecordedAccess,
  older: ActiveRules,
  inForce: ActiveRules,
  now: Date,
): ActiveRules {
  if (unreadGroups(older, inForce).length === 0) return inForce;
  // Right as it is under both, and still to be read: the next version must not take this one for read.
  if (!accessDiffers(recorded, inForce, now)) return { ...inForce, version: older.version };
  return keepingOlder(older, inForce);
}
