import type { AccessRecord, Access, Assignment, Entitlement, Source } from '../model/access.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import type { Facts } from '../model/facts.ts';
import type { ChangeReason } from '../model/plan.ts';
import { grantLists } from '../model/rules-document.ts';
import { memberSpell } from './given.ts';
import { entitlementKey, sourceKey } from './unite.ts';

interface Situation {
  readonly recorded: AccessRecord | undefined;
  readonly facts: Facts;
  readonly access: Access;
  readonly rules: ActiveRules;
}

/**
 * Why a user has it: the account's return when that is what brought it back, every source, and for an update also what no longer
 * gives it and what beats it in some scope.
 */
export function grantReasons(
  after: Assignment,
  before: Assignment | undefined,
  situation: Situation,
): readonly ChangeReason[] {
  const state = situation.recorded?.state;
  const back: readonly ChangeReason[] =
    state === 'suspended' ? [{ code: 'accountEnabled' }] : state === 'removed' ? [{ code: 'accountRestored' }] : [];
  const given = new Set(after.sources.map(sourceKey));
  const ended = before?.sources.filter((source) => !given.has(sourceKey(source))) ?? [];
  return [
    ...back,
    ...after.sources.map(sourceReason),
    ...ended.map((source) => sourceEnded(source, after, situation)),
    ...beatenReasons(after, situation),
  ];
}

/** Why a user no longer has it: the account's state, or for every source what ended it. */
export function revokeReasons(before: Assignment, situation: Situation): readonly ChangeReason[] {
  if (situation.access.state === 'removed') return [{ code: 'accountDeleted' }];
  if (situation.access.state === 'suspended') return [{ code: 'accountDisabled' }];
  const beaten = beatenReasons(before, situation);
  return beaten.length > 0 ? beaten : before.sources.map((source) => sourceEnded(source, before, situation));
}

function beatenReasons(entitlement: Entitlement, { access }: Situation): readonly ChangeReason[] {
  return access.losers
    .filter((loser) => entitlementKey(loser) === entitlementKey(entitlement))
    .map((loser) => ({ code: loser.reason === 'denied' ? 'exception' : loser.reason, by: loser.by }));
}

function sourceReason(source: Source): ChangeReason {
  if (source.origin === 'group') {
    return { code: 'memberOf', ruleId: source.ruleId, groupId: source.groupId, groupName: source.groupName };
  }
  return source.origin === 'default' ? { code: 'default' } : { code: 'exception', by: source.exceptionId };
}

function sourceEnded(source: Source, entitlement: Entitlement, { facts, rules }: Situation): ChangeReason {
  if (source.origin !== 'group') return sourceReason(source);
  const named = { ruleId: source.ruleId, groupId: source.groupId, groupName: source.groupName };
  const rule = rules.document.rules.find((candidate) => candidate.id === source.ruleId);
  const pin = rules.pins.find(
    (candidate) => candidate.ruleId === source.ruleId && candidate.groupId === source.groupId,
  );
  if (!rule || !pin || rule.enabled === false) return { code: 'rulesChanged', ...named };
  if (!memberSpell(facts, rule, pin)) {
    const stillNested = rule.membership === 'direct' && facts.groups[source.groupId]?.member.in === true;
    return { code: stillNested ? 'notDirectMemberOf' : 'notMemberOf', ...named };
  }
  // The rule applies and does not give it: either it gives it to members only, or it no longer gives it.
  const forMembers = rule.grants[grantLists[entitlement.kind]]?.includes(entitlement.id) === true;
  return { code: facts.account?.type === 'guest' && forMembers ? 'guest' : 'rulesChanged', ...named };
}
