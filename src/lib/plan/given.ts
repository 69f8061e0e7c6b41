import type { Entitlement, Source } from '../model/access.ts';
import { type ActiveRules, appliedPins, type Pin } from '../model/active-rules.ts';
import type { AccountFact, Facts, Spell } from '../model/facts.ts';
import type { Grants, MappingRule, RulesDocument } from '../model/rules-document.ts';
import { grantsAtPin, scopesAtPin } from './grants-at-pin.ts';

/** One entitlement given by one source, before union and precedence. */
export interface Given extends Entitlement {
  readonly scopes: readonly string[];
  readonly source: Source;
  readonly pendingSince?: string;
}

/** Everything the rules give for these facts: one entry per rule, group and entitlement. */
export function given(facts: Facts, account: AccountFact, rules: ActiveRules): readonly Given[] {
  return appliedPins(rules).flatMap(({ rule, pin }) => {
    const spell = memberSpell(facts, rule, pin);
    const grants = spell && grantsFor(rule, account, rules.document);
    if (!grants) return [];
    const source: Source = { origin: 'group', ruleId: rule.id, groupId: pin.groupId, groupName: pin.displayName };
    const pending = spell.pendingSince === undefined ? {} : { pendingSince: spell.pendingSince };
    const scopes = scopesAtPin(rule, pin);
    return grantsAtPin(grants, pin, rules.document).given.map((one) => ({ ...one, scopes, source, ...pending }));
  });
}

/** The spell that satisfies a rule at a pin, or undefined. A spell from before the mapping gives nothing. */
export function memberSpell(facts: Facts, rule: MappingRule, pin: Pin): Spell | undefined {
  const fact = facts.groups[pin.groupId];
  const direct = rule.membership === 'direct';
  const spell = direct ? fact?.direct : fact?.member;
  const mappedSince = direct ? (pin.directSince ?? pin.mappedSince) : pin.mappedSince;
  return spell?.in === true && spell.since >= mappedSince ? spell : undefined;
}

/** What a rule grants this account: guests may get nothing or other grants. */
export function grantsFor(rule: MappingRule, account: AccountFact, document: RulesDocument): Grants | undefined {
  if (account.type === 'member') return rule.grants;
  const policy = rule.guests ?? document.guests;
  if (policy === 'exclude') return undefined;
  return policy === 'include' ? rule.grants : policy.grants;
}
