import type { ActiveRules, Pin } from '../model/active-rules.ts';
import { type AccessException, isInEffect } from '../model/exception.ts';
import type { AccountFact } from '../model/facts.ts';
import type { Grants, MappingRule } from '../model/rules-document.ts';
import type { Candidate } from './desired-access.ts';
import { type Given, grantsFor, memberSpell } from './given.ts';
import { grantsAtPin } from './grants-at-pin.ts';
import { allGrants, mightGive } from './might-give.ts';
import { compareText, entitlementKey } from './unite.ts';

/**
 * Conditions that a rule, an exception or the default role can fail, in the order in which they are looked at: the first one that
 * fails is told.
 */
export const wayConditions = [
  /** The rule is switched off. */
  'ruleOff',
  /** No group is pinned to the rule. */
  'noGroup',
  /** The group is switched off. */
  'groupOff',
  'notMember',
  /** The group was mapped, or direct members are wanted, only after the fact was known: the user was not read since. */
  'notReadYet',
  /** In the group through a nested one only, and the rule wants direct members. */
  'onlyNested',
  /** The account is a guest, and guests get nothing or something else here. */
  'guest',
  /** The rule gives it to guests only. */
  'notGuest',
  /** In no mapped group, so there is no record: the default role is for those who have one. */
  'notRecorded',
  /** The default role is for those to whom nothing else gives a role. */
  'otherRole',
  /** The exception is closed, has ended, or has not started. */
  'closed',
  'ended',
  'notStarted',
] as const;
export type WayCondition = (typeof wayConditions)[number];

/** One way to an entitlement that leads nowhere for this user, and the first condition that fails. */
export type ClosedWay =
  | {
      readonly origin: 'group';
      readonly failed: WayCondition;
      readonly ruleId: string;
      readonly groupId?: string;
      readonly groupName?: string;
    }
  | { readonly origin: 'exception'; readonly failed: WayCondition; readonly exceptionId: string }
  | { readonly origin: 'default'; readonly failed: WayCondition };

/** A user, as the records and perhaps the directory show them. */
export interface SeenUser extends Candidate {
  /** Groups that the directory shows the user directly in now; undefined: it was not asked, or does not answer. */
  readonly directGroups?: ReadonlySet<string> | undefined;
}

/** A user as far as ways go. */
export interface WayWorld extends SeenUser {
  readonly account: AccountFact;
  readonly rules: ActiveRules;
  readonly now: Date;
}

/** Everything that could give something and does not give it to this user, by `kind|id`; each list by rule, group, exception. */
export function closedWays(world: WayWorld, given: readonly Given[]): ReadonlyMap<string, readonly ClosedWay[]> {
  const { document } = world.rules;
  const ways = [
    ...document.rules.toSorted(byId).flatMap((rule) => waysOfRule(rule, world)),
    ...defaultWay(world, given),
    ...world.exceptions.toSorted(byId).flatMap((exception) => wayOfException(exception, world.now)),
  ];
  return new Map([...Map.groupBy(ways, ([key]) => key)].map(([key, its]) => [key, its.map(([, way]) => way)]));
}

/** The key of an entitlement, and a way to it. */
type KeyedWay = readonly [key: string, way: ClosedWay];

function waysOfRule(rule: MappingRule, world: WayWorld): readonly KeyedWay[] {
  const { document, pins } = world.rules;
  const its = pins.filter((pin) => pin.ruleId === rule.id).sort((a, b) => compareText(a.groupId, b.groupId));
  if (its.length > 0) return its.flatMap((pin) => waysAtPin(rule, pin, world));
  const failed = rule.enabled === false ? 'ruleOff' : 'noGroup';
  return mightGive(rule, document).map((key) => [key, { origin: 'group', failed, ruleId: rule.id }]);
}

function waysAtPin(rule: MappingRule, pin: Pin, world: WayWorld): readonly KeyedWay[] {
  const { account, rules } = world;
  const { document } = rules;
  const keysOf = (grants: Grants | undefined): readonly string[] =>
    grants === undefined ? [] : grantsAtPin(grants, pin, document).given.map(entitlementKey);
  const closed = failedPin(rule, pin, world);
  const given = new Set(closed === undefined ? keysOf(grantsFor(rule, account, document)) : []);
  const { groupId, displayName: groupName } = pin;
  return [...new Set(allGrants(rule).flatMap(keysOf))]
    .filter((key) => !given.has(key))
    .map((key) => {
      const failed = closed ?? (account.type === 'guest' ? 'guest' : 'notGuest');
      return [key, { origin: 'group', failed, ruleId: rule.id, groupId, groupName }];
    });
}

/** The first condition that fails whatever the rule gives; undefined: the rule applies to the user. */
function failedPin(rule: MappingRule, pin: Pin, user: WayWorld): WayCondition | undefined {
  if (rule.enabled === false) return 'ruleOff';
  if (user.rules.document.groups.some(({ id, enabled }) => !enabled && id.toLowerCase() === pin.groupId))
    return 'groupOff';
  return memberSpell(user.facts, rule, pin) === undefined ? failedMembership(user, rule, pin) : undefined;
}

function failedMembership({ facts, directGroups }: SeenUser, rule: MappingRule, pin: Pin): WayCondition {
  const fact = facts.groups[pin.groupId];
  if (fact?.member.in !== true) return 'notMember';
  if (rule.membership !== 'direct' || fact.member.since < pin.mappedSince) return 'notReadYet';
  if (directGroups !== undefined) return directGroups.has(pin.groupId) ? 'notReadYet' : 'onlyNested';
  // A membership from before directness was asked for says nothing of it; one from after was read with it.
  const known = fact.direct ?? fact.member;
  return known.since < (pin.directSince ?? pin.mappedSince) ? 'notReadYet' : 'onlyNested';
}

function defaultWay(
  { isRecorded, account, rules: { document } }: WayWorld,
  given: readonly Given[],
): readonly KeyedWay[] {
  if (document.defaultRole === null || given.some(({ source }) => source.origin === 'default')) return [];
  const excluded = account.type === 'guest' && document.guests === 'exclude';
  const failed = excluded ? 'guest' : isRecorded ? 'otherRole' : 'notRecorded';
  const way: ClosedWay = { origin: 'default', failed };
  return [[entitlementKey({ kind: 'role', id: document.defaultRole }), way]];
}

function wayOfException(exception: AccessException, now: Date): readonly KeyedWay[] {
  const { effect, id: exceptionId, entitlement, endDateTime, closedDateTime } = exception;
  if (effect !== 'grant' || isInEffect(exception, now)) return [];
  const isOver = endDateTime !== undefined && Date.parse(endDateTime) <= now.getTime();
  const failed = closedDateTime !== undefined ? 'closed' : isOver ? 'ended' : 'notStarted';
  return [[entitlementKey(entitlement), { origin: 'exception', failed, exceptionId }]];
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return compareText(a.id, b.id);
}
