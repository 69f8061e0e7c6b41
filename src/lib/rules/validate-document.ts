import { type EntitlementKind, entitlementKinds } from '../model/access.ts';
import { grantLists, type Grants, type MappingRule, type RulesDocument } from '../model/rules-document.ts';
import { type Fault, jsonPath } from './fault.ts';
import { largestRecord, recordLimit } from './largest-record.ts';

type Path = readonly PropertyKey[];

/** The list of a document that defines the entitlements of each kind. */
const definitionLists = {
  role: 'roles',
  businessFunction: 'businessFunctions',
  team: 'teams',
  permission: 'permissions',
} as const satisfies Record<EntitlementKind, keyof RulesDocument>;

const guidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Every fault of a well-shaped document at once, in the order of the document; none: it can be pinned. */
export function validateDocument(document: RulesDocument): readonly Fault[] {
  return [
    ...entitlementKinds.flatMap((kind) => duplicates(definitionLists[kind], document[definitionLists[kind]])),
    ...sharedPrecedences(document),
    ...duplicates('rules', document.rules),
    ...document.rules.flatMap((rule, index) => ruleFaults(document, rule, ['rules', index])),
    ...defaultRoleFaults(document),
    ...sizeFaults(document),
  ];
}

function fault(path: Path, text: string, remedy: string): Fault {
  return { path: jsonPath(path), fault: text, remedy };
}

function duplicates(list: string, items: readonly { readonly id: string }[]): readonly Fault[] {
  const first = new Map<string, number>();
  return items.flatMap(({ id }, index) => {
    const before = first.get(id);
    if (before === undefined) {
      first.set(id, index);
      return [];
    }
    return [
      fault([list, index, 'id'], `'${id}' is the id of ${jsonPath([list, before])} already`, 'give it another id'),
    ];
  });
}

/** Under `strongest` one role wins, so two of one precedence would leave the winner to chance. */
function sharedPrecedences({ roles, roleResolution }: RulesDocument): readonly Fault[] {
  if (roleResolution !== 'strongest') return [];
  const first = new Map<number, string>();
  return roles.flatMap(({ id, precedence }, index) => {
    const other = first.get(precedence);
    if (other === undefined) first.set(precedence, id);
    if (other === undefined || other === id) return [];
    const text = `precedence ${precedence} is that of '${other}', and roleResolution is strongest`;
    return [fault(['roles', index, 'precedence'], text, 'give each role a precedence of its own')];
  });
}

function ruleFaults(document: RulesDocument, rule: MappingRule, path: Path): readonly Fault[] {
  const forGuests = typeof rule.guests === 'object' ? rule.guests.grants : {};
  const empty = [rule.grants, forGuests].every((grants) => entitlementKinds.every((kind) => !grantsAny(grants, kind)));
  return [
    ...groupFaults(rule, [...path, 'group']),
    ...(empty ? [fault([...path, 'grants'], 'grants nothing', 'name what members get, or remove the rule')] : []),
    ...undefinedGrants(document, rule.grants, [...path, 'grants']),
    ...undefinedGrants(document, forGuests, [...path, 'guests', 'grants']),
  ];
}

function grantsAny(grants: Grants, kind: EntitlementKind): boolean {
  return (grants[grantLists[kind]] ?? []).length > 0;
}

function groupFaults({ group }: MappingRule, path: Path): readonly Fault[] {
  if (group.id !== undefined) return [];
  if (group.displayName === undefined) {
    return [fault(path, 'names no group', 'give its object id as id, or its exact name as displayName')];
  }
  if (!guidShape.test(group.displayName)) return [];
  return [fault([...path, 'displayName'], 'an object id given as a name', 'give it as id')];
}

function undefinedGrants(document: RulesDocument, grants: Grants, path: Path): readonly Fault[] {
  return entitlementKinds.flatMap((kind) => {
    const definitions = definitionLists[kind];
    const known = new Set(document[definitions].map(({ id }) => id));
    return (grants[grantLists[kind]] ?? []).flatMap((id, index) =>
      known.has(id)
        ? []
        : [
            fault(
              [...path, grantLists[kind], index],
              `'${id}' is not defined`,
              `add it to $.${definitions}, or grant one of those defined there`,
            ),
          ],
    );
  });
}

function defaultRoleFaults({ defaultRole, roles }: RulesDocument): readonly Fault[] {
  if (defaultRole === null || roles.some(({ id }) => id === defaultRole)) return [];
  return [fault(['defaultRole'], `'${defaultRole}' is not defined`, 'name one of $.roles, or null for none')];
}

function sizeFaults(document: RulesDocument): readonly Fault[] {
  const size = largestRecord(document);
  if (size <= recordLimit) return [];
  const text = `a user in every group would need a record of ${size} bytes, more than ${recordLimit}`;
  return [fault(['rules'], text, 'use fewer rules, grants or scopes, or shorter ids')];
}
