import { entitlementKinds } from '../model/access.ts';
import { grantLists, type Grants, type MappingRule, type RulesDocument } from '../model/rules-document.ts';

/**
 * Most bytes a record may need. A record that has grown further is refused when it is written, because revoking all of it
 * would not fit one table transaction of 4 MiB (Microsoft Learn, "Performing entity group transactions"); rules that could
 * bring a user there are refused here already.
 */
export const recordLimit = 450_000;

/** Bytes around the values of one group fact: two spells with their times. */
const factOverhead = 150;
/** Bytes around the values of one source, and of the assignment it belongs to. */
const sourceOverhead = 155;
const guidLength = 36;
/** Names are not known before the groups are read; most are shorter. */
const assumedNameLength = 64;

/** Bytes of the record of a user who is in every mapped group: an estimate from above. */
export function largestRecord(document: RulesDocument): number {
  const rules = document.rules.filter((rule) => rule.enabled !== false);
  const groups = new Set(rules.map(({ group }) => group.id?.toLowerCase() ?? `name:${group.displayName ?? ''}`));
  return groups.size * factOverhead + rules.reduce((sum, rule) => sum + largestGrant(rule), 0);
}

function largestGrant(rule: MappingRule): number {
  const forGuests = typeof rule.guests === 'object' ? rule.guests.grants : {};
  return Math.max(grantLength(rule, rule.grants), grantLength(rule, forGuests));
}

function grantLength(rule: MappingRule, grants: Grants): number {
  const name = Math.max(assumedNameLength, rule.group.displayName?.length ?? 0);
  const scopes = (rule.scopes ?? []).reduce((sum, scope) => sum + scope.length + 3, 0);
  const perId = sourceOverhead + rule.id.length + guidLength + name + scopes;
  return entitlementKinds
    .flatMap((kind) => grants[grantLists[kind]] ?? [])
    .reduce((sum, id) => sum + perId + id.length, 0);
}
