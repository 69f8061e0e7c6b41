import { entitlementKinds } from '../model/access.ts';
import { definitionLists } from '../model/definitions.ts';
import { conflictFaults } from './conflict-faults.ts';
import { type DefinedIds, definedIds } from './defined-ids.ts';
import type { DraftDocument } from './draft-document.ts';
import { type Fault, faultAt, jsonPath } from './fault.ts';
import { grantFaults } from './grant-faults.ts';
import { groupFaults } from './group-faults.ts';

/**
 * What is wrong with what a document says, as far as it can be read. A fault is told when it is one whatever the unreadable parts
 * say, so nothing is told that is mended by mending them.
 */
export function meaningFaults(document: DraftDocument): readonly Fault[] {
  const ids = definedIds(document);
  return [
    ...entitlementKinds.flatMap((kind) => duplicates(definitionLists[kind], document[definitionLists[kind]])),
    ...sharedPrecedences(document),
    ...duplicates('rules', document.rules),
    ...(document.rules ?? []).flatMap((rule, index) =>
      rule ? [...groupFaults(rule, ['rules', index]), ...grantFaults(ids, rule, ['rules', index])] : [],
    ),
    ...duplicates(
      'groups',
      document.groups?.map((group) => ({ id: group?.id?.toLowerCase() })),
    ),
    ...duplicates('conflicts', document.conflicts),
    ...conflictFaults(document, ids),
    ...defaultRoleFaults(document, ids),
  ];
}

type Items = readonly ({ readonly id?: string | null | undefined } | null | undefined)[];

function duplicates(list: string, items: Items | null | undefined): readonly Fault[] {
  const first = new Map<string, number>();
  return (items ?? []).flatMap((item, index) => {
    const id = item?.id ?? undefined;
    if (id === undefined) return [];
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
function sharedPrecedences({ roles, roleResolution }: DraftDocument): readonly Fault[] {
  if (roleResolution !== 'strongest') return [];
  const first = new Map<number, string>();
  return (roles ?? []).flatMap((role, index) => {
    const { id, precedence } = role ?? {};
    if (!precedence) return [];
    const name = id ? `'${id}'` : jsonPath(['roles', index]);
    const other = first.get(precedence);
    if (other === undefined) first.set(precedence, name);
    if (other === undefined || other === name) return [];
    const text = `precedence ${precedence} is that of ${other}, and roleResolution is strongest`;
    return [faultAt(['roles', index, 'precedence'], text, 'give each role a precedence of its own')];
  });
}

function defaultRoleFaults({ defaultRole }: DraftDocument, ids: DefinedIds): readonly Fault[] {
  if (!defaultRole || !ids.lack({ kind: 'role', id: defaultRole })) return [];
  return [faultAt(['defaultRole'], `'${defaultRole}' is not defined`, 'name one of $.roles, or null for none')];
}
