import { entitlementKinds } from '../model/access.ts';
import { definitionLists, isDefined } from '../model/definitions.ts';
import { grantLists, type Grants, type MappingRule, type RulesDocument } from '../model/rules-document.ts';
import { hasBalancedBraces, templateParts } from '../model/template.ts';
import { type Fault, faultAt, type Path } from './fault.ts';
import { known, partsOf } from './group-faults.ts';

/** What is wrong with what a rule gives: nothing at all, ids that are not defined, named parts that its pattern does not have. */
export function grantFaults(document: RulesDocument, rule: MappingRule, path: Path): readonly Fault[] {
  const forGuests = typeof rule.guests === 'object' ? rule.guests.grants : {};
  const isEmpty = [rule.grants, forGuests].every((grants) => allIds(grants).length === 0);
  const parts = partsOf(rule);
  const listFaults = (grants: Grants, at: Path): readonly Fault[] =>
    entitlementKinds.flatMap((kind) => {
      const definitions = definitionLists[kind];
      return (grants[grantLists[kind]] ?? []).flatMap((id, index) => {
        const where = [...at, grantLists[kind], index];
        if (/[{}]/.test(id)) return templateFaults(id, parts, where);
        const remedy = `add it to $.${definitions}, or grant one of those defined there`;
        return isDefined(document, { kind, id }) ? [] : [faultAt(where, `'${id}' is not defined`, remedy)];
      });
    });
  return [
    ...(isEmpty ? [faultAt([...path, 'grants'], 'grants nothing', 'name what members get, or remove the rule')] : []),
    ...listFaults(rule.grants, [...path, 'grants']),
    ...listFaults(forGuests, [...path, 'guests', 'grants']),
    ...(rule.scopes ?? []).flatMap((scope, index) => templateFaults(scope, parts, [...path, 'scopes', index])),
  ];
}

function allIds(grants: Grants): readonly string[] {
  return entitlementKinds.flatMap((kind) => grants[grantLists[kind]] ?? []);
}

/** @param parts of the rule's pattern; undefined while that can't be read */
function templateFaults(text: string, parts: readonly string[] | undefined, path: Path): readonly Fault[] {
  if (!hasBalancedBraces(text)) return [faultAt(path, 'a brace without its partner', 'write a named part as {Role}')];
  if (parts === undefined) return [];
  return templateParts(text)
    .filter((name) => !parts.includes(name))
    .map((name) =>
      parts.length === 0
        ? faultAt(
            path,
            `takes {${name}}, and the rule has no pattern`,
            'write the id out, or give a displayNamePattern',
          )
        : faultAt(path, `the pattern has no part {${name}}`, `use ${known(parts)}`),
    );
}
