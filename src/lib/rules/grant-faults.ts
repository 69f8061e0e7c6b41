import { entitlementKinds } from '../model/access.ts';
import { definitionLists } from '../model/definitions.ts';
import { grantLists } from '../model/rules-document.ts';
import { hasBalancedBraces, templateParts } from '../model/template.ts';
import type { DefinedIds } from './defined-ids.ts';
import type { DraftGrants, DraftRule } from './draft-document.ts';
import { type Fault, faultAt, type Path } from './fault.ts';
import { known, partsOf } from './group-faults.ts';

/** What is wrong with what a rule gives: nothing at all, ids that are not defined, named parts that its pattern does not have. */
export function grantFaults(ids: DefinedIds, rule: DraftRule, path: Path): readonly Fault[] {
  const forGuests = guestGrants(rule);
  const isEmpty = givesNothing(rule.grants) && givesNothing(forGuests);
  const parts = partsOf(rule);
  const listFaults = (grants: DraftGrants, at: Path): readonly Fault[] =>
    entitlementKinds.flatMap((kind) => {
      const definitions = definitionLists[kind];
      return (grants[grantLists[kind]] ?? []).flatMap((id, index) => {
        const where = [...at, grantLists[kind], index];
        if (!id) return [];
        if (/[{}]/.test(id)) return templateFaults(id, parts, where);
        const remedy = `add it to $.${definitions}, or grant one of those defined there`;
        return ids.lack({ kind, id }) ? [faultAt(where, `'${id}' is not defined`, remedy)] : [];
      });
    });
  return [
    ...(isEmpty ? [faultAt([...path, 'grants'], 'grants nothing', 'name what members get, or remove the rule')] : []),
    ...listFaults(rule.grants ?? {}, [...path, 'grants']),
    ...listFaults(forGuests ?? {}, [...path, 'guests', 'grants']),
    ...(rule.scopes ?? []).flatMap((scope, index) =>
      scope ? templateFaults(scope, parts, [...path, 'scopes', index]) : [],
    ),
  ];
}

function guestGrants({ guests }: DraftRule): DraftGrants | null | undefined {
  return guests === null ? null : typeof guests === 'object' ? guests.grants : {};
}

function givesNothing(grants: DraftGrants | null | undefined): boolean {
  const isEmpty = (list: DraftGrants[keyof DraftGrants]): boolean => list === undefined || list?.length === 0;
  return Boolean(grants) && entitlementKinds.every((kind) => isEmpty(grants?.[grantLists[kind]]));
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
