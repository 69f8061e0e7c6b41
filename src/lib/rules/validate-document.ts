import { entitlementKinds } from '../model/access.ts';
import { definitionLists } from '../model/definitions.ts';
import type { RulesDocument } from '../model/rules-document.ts';
import { conflictFaults } from './conflict-faults.ts';
import { type Fault, faultAt, jsonPath } from './fault.ts';
import { grantFaults } from './grant-faults.ts';
import { groupFaults } from './group-faults.ts';
import { sizeFaults } from './largest-record.ts';

/** Every fault of a well-shaped document at once, in the order of the document; none: it can be pinned. */
export function validateDocument(document: RulesDocument): readonly Fault[] {
  return [
    ...entitlementKinds.flatMap((kind) => duplicates(definitionLists[kind], document[definitionLists[kind]])),
    ...sharedPrecedences(document),
    ...duplicates('rules', document.rules),
    ...document.rules.flatMap((rule, index) => [
      ...groupFaults(rule, ['rules', index]),
      ...grantFaults(document, rule, ['rules', index]),
    ]),
    ...duplicates(
      'groups',
      document.groups.map(({ id }) => ({ id: id.toLowerCase() })),
    ),
    ...duplicates('conflicts', document.conflicts),
    ...conflictFaults(document),
    ...defaultRoleFaults(document),
    ...sizeFaults(document),
  ];
}

function duplicates(list: string, items: readonly { readonly id: string }[]): readonly Fault[] {
  const first = new Map<string, number>();
  return items.flatMap(({ id }, index) => {
    const before = first.get(id);
    if (before === undefined) {
      first.set(id, index);
      return [];
    }
    const text = `'${id}' is the id of ${jsonPath([list, before])} already`;
    const remedy = list === 'groups' ? 'name each group once' : 'give it another id';
    return [faultAt([list, index, 'id'], text, remedy)];
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
    return [faultAt(['roles', index, 'precedence'], text, 'give each role a precedence of its own')];
  });
}

function defaultRoleFaults({ defaultRole, roles }: RulesDocument): readonly Fault[] {
  if (defaultRole === null || roles.some(({ id }) => id === defaultRole)) return [];
  return [faultAt(['defaultRole'], `'${defaultRole}' is not defined`, 'name one of $.roles, or null for none')];
}
