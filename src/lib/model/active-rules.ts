import type { MappingRule, RulesDocument } from './rules-document.ts';

/** A rule bound to a group by id, when its document was activated. */
export interface Pin {
  readonly ruleId: string;
  readonly groupId: string;
  /** The name the group had when it was last read: shown to people, never compared. */
  readonly displayName: string;
  /** Since when the group has been mapped without a break; facts from before give nothing. */
  readonly mappedSince: string;
  /** The same for directness, where some rule maps the group as `direct`. */
  readonly directSince?: string;
  /** Values of the named parts, where the rule matched the group by a pattern. */
  readonly parts?: Readonly<Record<string, string>>;
}

/** The rules document in force, as `decide` and `learn` see it. */
export interface ActiveRules {
  readonly version: number;
  readonly document: RulesDocument;
  readonly pins: readonly Pin[];
}

/** A mapped group: what its pins say together. */
export interface MappedGroup {
  readonly groupId: string;
  readonly displayName: string;
  readonly mappedSince: string;
  readonly directSince?: string;
}

/** A rule at one of the groups that it maps. */
export interface AppliedPin {
  readonly rule: MappingRule;
  readonly pin: Pin;
}

/** Rules in force never change and are asked once per user, so their pins are looked through once. */
const known = new WeakMap<ActiveRules, readonly AppliedPin[]>();

/** Every pin that counts: its rule is in the document and enabled, and its group is not switched off. */
export function appliedPins(rules: ActiveRules): readonly AppliedPin[] {
  const found = known.get(rules);
  if (found) return found;
  const { document, pins } = rules;
  const byId = new Map(document.rules.filter((rule) => rule.enabled !== false).map((rule) => [rule.id, rule]));
  const off = new Set(document.groups.filter(({ enabled }) => !enabled).map(({ id }) => id.toLowerCase()));
  const applied = pins.flatMap((pin) => {
    const rule = byId.get(pin.ruleId);
    return rule === undefined || off.has(pin.groupId) ? [] : [{ rule, pin }];
  });
  known.set(rules, applied);
  return applied;
}

/**
 * Every group that some rule maps, by id; one that is switched off is not mapped. Two pins of one group agree on their times
 * by construction (rules/pin.ts).
 */
export function mappedGroups(rules: ActiveRules): ReadonlyMap<string, MappedGroup> {
  const groups = new Map<string, MappedGroup>();
  for (const { pin } of appliedPins(rules)) {
    const before = groups.get(pin.groupId);
    const directSince = before?.directSince ?? pin.directSince;
    groups.set(pin.groupId, {
      groupId: pin.groupId,
      displayName: pin.displayName,
      mappedSince: pin.mappedSince,
      ...(directSince === undefined ? {} : { directSince }),
    });
  }
  return groups;
}
