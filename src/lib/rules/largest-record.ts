import { entitlementKinds } from '../model/access.ts';
import { grantLists, type Grants, type MappingRule, type RulesDocument } from '../model/rules-document.ts';
import { templateParts } from '../model/template.ts';
import { type Fault, faultAt } from './fault.ts';
import type { BoundPin } from './pin-times.ts';

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
/** Longest id, so longest that a template may come to in what is given. */
const longestId = 128;
const longestName = 256;

/** A rule at one of its groups, with the length of the group's name and of the parts of it that a template takes. */
interface Placed {
  readonly rule: MappingRule;
  readonly group: string;
  readonly name: number;
}

/**
 * Rules that could bring a user's record beyond the limit. Before the groups are known a pattern counts as one group; with the
 * pins each group that it matched counts.
 */
export function sizeFaults(document: Pick<RulesDocument, 'rules'>, pins?: readonly BoundPin[]): readonly Fault[] {
  const size = largestRecord(document, pins);
  if (size <= recordLimit) return [];
  const text = `a user in every group would need a record of ${size} bytes, more than ${recordLimit}`;
  const remedy = 'use fewer rules, grants or scopes, shorter ids, or narrower patterns';
  return [faultAt(['rules'], text, remedy)];
}

/** Bytes of the record of a user who is in every mapped group: an estimate from above. */
export function largestRecord(document: Pick<RulesDocument, 'rules'>, pins?: readonly BoundPin[]): number {
  const rules = document.rules.filter((rule) => rule.enabled !== false);
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const placed =
    pins === undefined
      ? rules.map(asWritten)
      : pins.flatMap(({ ruleId, groupId, displayName }): readonly Placed[] => {
          const rule = byId.get(ruleId);
          return rule === undefined ? [] : [{ rule, group: groupId, name: displayName.length }];
        });
  const groups = new Set(placed.map(({ group }) => group));
  return groups.size * factOverhead + placed.reduce((sum, each) => sum + largestGrant(each), 0);
}

function asWritten(rule: MappingRule): Placed {
  const { id, displayName, displayNamePattern } = rule.group;
  const group = id?.toLowerCase() ?? `name:${displayName ?? displayNamePattern ?? ''}`;
  return { rule, group, name: Math.max(assumedNameLength, displayName?.length ?? 0) };
}

function largestGrant({ rule, name }: Placed): number {
  const forGuests = typeof rule.guests === 'object' ? rule.guests.grants : {};
  return Math.max(grantLength(rule, rule.grants, name), grantLength(rule, forGuests, name));
}

function grantLength(rule: MappingRule, grants: Grants, name: number): number {
  // An id that is not defined is never given, and defined ones are this long at most; a part of a name is no longer than the name.
  const idLength = (id: string): number => (id.includes('{') ? longestId : id.length);
  const scopeLength = (scope: string): number => scope.length + templateParts(scope).length * longestName + 3;
  const scopes = (rule.scopes ?? []).reduce((sum, scope) => sum + scopeLength(scope), 0);
  const perId = sourceOverhead + rule.id.length + guidLength + name + scopes;
  return entitlementKinds
    .flatMap((kind) => grants[grantLists[kind]] ?? [])
    .reduce((sum, id) => sum + perId + idLength(id), 0);
}
