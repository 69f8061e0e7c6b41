import { entitlementKinds, type Entitlement, type Source } from '../model/access.ts';
import type { ActiveRules, Pin } from '../model/active-rules.ts';
import type { AccessException } from '../model/exception.ts';
import type { AccountFact, Facts, Spell } from '../model/facts.ts';
import { grantLists, type Grants, type MappingRule, type RulesDocument } from '../model/rules-document.ts';

/** One entitlement given by one source, before union and precedence. */
export interface Given extends Entitlement {
  readonly scopes: readonly string[];
  readonly source: Source;
  readonly pendingSince?: string;
}

/** Everything the enabled rules give for these facts: one entry per rule, group and entitlement. */
export function given(
  facts: Facts,
  account: AccountFact,
  rules: ActiveRules,
  exceptions: readonly AccessException[],
): readonly Given[] {
  if (exceptions.length > 0) return [];
  const byRule = new Map(rules.document.rules.map((rule) => [rule.id, rule]));
  return rules.pins.flatMap((pin) => {
    const rule = byRule.get(pin.ruleId);
    if (!rule || rule.enabled === false) return [];
    const spell = memberSpell(facts, rule, pin);
    const grants = spell && grantsFor(rule, account, rules.document);
    return grants ? entitlements(grants, rule, pin, spell) : [];
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
function grantsFor(rule: MappingRule, account: AccountFact, document: RulesDocument): Grants | undefined {
  if (account.type === 'member') return rule.grants;
  const policy = rule.guests ?? document.guests;
  if (policy === 'exclude') return undefined;
  return policy === 'include' ? rule.grants : policy.grants;
}

function entitlements(grants: Grants, rule: MappingRule, pin: Pin, spell: Spell): readonly Given[] {
  const source: Source = { origin: 'group', ruleId: rule.id, groupId: pin.groupId, groupName: pin.displayName };
  const pending = spell.pendingSince === undefined ? {} : { pendingSince: spell.pendingSince };
  return entitlementKinds.flatMap((kind) =>
    (grants[grantLists[kind]] ?? []).map((id) => ({ kind, id, scopes: rule.scopes ?? [], source, ...pending })),
  );
}
