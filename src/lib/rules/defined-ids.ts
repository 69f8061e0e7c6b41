import { entitlementKinds, type Entitlement, type EntitlementKind } from '../model/access.ts';
import { definitionLists } from '../model/definitions.ts';
import type { DraftDocument } from './draft-document.ts';

/** The ids that a document defines, as far as it can be read. */
export interface DefinedIds {
  /** Whether it surely does not define this: nothing that can't be read could be the definition. */
  lack(entitlement: Entitlement): boolean;
}

export function definedIds(document: DraftDocument): DefinedIds {
  const readable = new Map(entitlementKinds.map((kind) => [kind, idsOf(document, kind)]));
  return {
    lack: ({ kind, id }) => {
      const ids = readable.get(kind);
      return ids !== undefined && !ids.has(id);
    },
  };
}

/** Undefined: there may be more. A document without roles is not finished; the other lists need not be there. */
function idsOf(document: DraftDocument, kind: EntitlementKind): ReadonlySet<string> | undefined {
  const list = document[definitionLists[kind]];
  if (!list) return list === undefined && kind !== 'role' ? new Set() : undefined;
  const ids = list.map((definition) => (definition ? definition.id : null));
  return ids.includes(null) ? undefined : new Set(ids.flatMap((id) => id ?? []));
}
