import { definitionLists } from '../model/definitions.ts';
import { matchName, type NamePattern } from '../model/name-pattern.ts';
import type { Grants, MappingRule, RulesDocument } from '../model/rules-document.ts';
import { grantsAtPin } from './grants-at-pin.ts';
import { entitlementKey } from './unite.ts';

/** What a rule without a group would give: as it stands, or with some value of a named part. */
export function mightGive(rule: MappingRule, document: RulesDocument): readonly string[] {
  const written = allGrants(rule).flatMap((grants) => grantsAtPin(grants, {}, document));
  const fits = written
    .flatMap(({ notDefined }) => notDefined)
    .flatMap(({ kind, id }) => {
      const pattern = templatePattern(id);
      return document[definitionLists[kind]]
        .filter((defined) => matchName(pattern, defined.id) !== undefined)
        .map((defined) => entitlementKey({ kind, id: defined.id }));
    });
  return [...new Set([...written.flatMap(({ given }) => given).map(entitlementKey), ...fits])];
}

/** What a rule gives to members, and what it gives to guests instead. */
export function allGrants(rule: MappingRule): readonly Grants[] {
  return typeof rule.guests === 'object' ? [rule.grants, rule.guests.grants] : [rule.grants];
}

/** A template as a pattern: each part may be anything that a part of a name can be. */
function templatePattern(template: string): NamePattern {
  const texts = template.split(/\{[^{}]*\}/);
  const pieces = texts.flatMap((text, index) => (index === 0 ? [{ text }] : [{ part: String(index) }, { text }]));
  return { pieces, parts: [] };
}
