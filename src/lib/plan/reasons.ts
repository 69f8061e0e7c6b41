import type { AccessRecord, Access, Assignment, Entitlement, Loser, Source } from '../model/access.ts';
import { type ActiveRules, appliedPins } from '../model/active-rules.ts';
import { isDefined } from '../model/definitions.ts';
import type { AccessException } from '../model/exception.ts';
import type { Facts } from '../model/facts.ts';
import type { ChangeReason } from '../model/plan.ts';
import { memberSpell } from './given.ts';
import { grantsAtPin } from './grants-at-pin.ts';
import { entitlementKey, sourceKey } from './unite.ts';

type GroupSource = Extract<Source, { origin: 'group' }>;

interface Situation {
  readonly recorded: AccessRecord | undefined;
  readonly facts: Facts;
  readonly access: Access;
  readonly rules: ActiveRules;
  readonly exceptions: readonly AccessException[];
}

/**
 * Why a user has it: the account's return when that is what brought it back, what no longer beats it, every source, and for an
 * update also what no longer gives it and what beats it in some scope.
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
    ...noLongerBeatenReasons(after, situation),
  ];
}

/** Why a user no longer has it: the account's state, what beats it, or for every source what ended it. */
export function revokeReasons(before: Assignment, situation: Situation): readonly ChangeReason[] {
  if (situation.access.state === 'removed') return [{ code: 'accountDeleted' }];
  if (situation.access.state === 'suspended') return [{ code: 'accountDisabled' }];
  const beaten = beatenReasons(before, situation);
  if (beaten.length > 0) return beaten;
  return before.sources
    .filter((source) => givesByItself(source, situation))
    .map((source) => sourceEnded(source, before, situation));
}

const beatenCodes = { denied: 'exception', outranked: 'outranked', conflict: 'conflict' } as const;
const endedCodes = { denied: 'exceptionEnded', outranked: 'noLongerOutranked', conflict: 'conflictEnded' } as const;

function beatenReasons(entitlement: Entitlement, { access }: Situation): readonly ChangeReason[] {
  return losersOf(entitlement, access).map(({ reason, by }) => ({ code: beatenCodes[reason], by }));
}

function noLongerBeatenReasons(entitlement: Entitlement, { access, recorded }: Situation): readonly ChangeReason[] {
  const beaten = new Set(losersOf(entitlement, access).map(({ reason, by }) => `${reason}|${by}`));
  return losersOf(entitlement, recorded)
    .filter(({ reason, by }) => !beaten.has(`${reason}|${by}`))
    .map(({ reason, by }) => ({ code: endedCodes[reason], by }));
}

function losersOf(entitlement: Entitlement, access: Pick<Access, 'losers'> | undefined): readonly Loser[] {
  return access?.losers.filter((loser) => entitlementKey(loser) === entitlementKey(entitlement)) ?? [];
}

function sourceReason(source: Source): ChangeReason {
  if (source.origin === 'group') {
    return { code: 'memberOf', ruleId: source.ruleId, groupId: source.groupId, groupName: source.groupName };
  }
  return source.origin === 'default' ? { code: 'default' } : { code: 'exception', by: source.exceptionId };
}

function sourceEnded(source: Source, entitlement: Entitlement, situation: Situation): ChangeReason {
  switch (source.origin) {
    case 'group':
      return groupEnded(source, entitlement, situation);
    case 'exception': {
      const code = isDefined(situation.rules.document, entitlement) ? 'exceptionEnded' : 'rulesChanged';
      return { code, by: source.exceptionId };
    }
    case 'default':
      return { code: 'default' };
  }
}

/** An override of scopes gives nothing by itself: it went with what it overrides. */
function givesByItself(source: Source, { exceptions }: Situation): boolean {
  if (source.origin !== 'exception') return true;
  return exceptions.find(({ id }) => id === source.exceptionId)?.effect !== 'scopes';
}

function groupEnded(source: GroupSource, entitlement: Entitlement, { facts, rules }: Situation): ChangeReason {
  const { ruleId, groupId, groupName } = source;
  const named = { ruleId, groupId, groupName };
  const applied = appliedPins(rules).find(({ pin }) => pin.ruleId === ruleId && pin.groupId === groupId);
  if (!applied) return { code: 'rulesChanged', ...named };
  const { rule, pin } = applied;
  if (!memberSpell(facts, rule, pin)) {
    const stillNested = rule.membership === 'direct' && facts.groups[groupId]?.member.in === true;
    return { code: stillNested ? 'notDirectMemberOf' : 'notMemberOf', ...named };
  }
  // The rule applies and does not give it: either it gives it to members only, or it no longer gives it.
  const toMembers = grantsAtPin(rule.grants, pin, rules.document).given.map(entitlementKey);
  const forMembers = toMembers.includes(entitlementKey(entitlement));
  return { code: facts.account?.type === 'guest' && forMembers ? 'guest' : 'rulesChanged', ...named };
}
