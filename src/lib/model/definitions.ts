import type { Entitlement, EntitlementKind } from './access.ts';
import type { RulesDocument } from './rules-document.ts';

/** The list of a document that defines the entitlements of each kind. */
export const definitionLists = {
  role: 'roles',
  businessFunction: 'businessFunctions',
  team: 'teams',
  permission: 'permissions',
} as const satisfies Record<EntitlementKind, keyof RulesDocument>;

interface Definitions {
  readonly ids: Readonly<Record<EntitlementKind, ReadonlySet<string>>>;
  readonly roles: readonly string[];
}

/** A document never changes and is asked once per user, so what was looked up of it is kept as long as it is. */
const known = new WeakMap<RulesDocument, Definitions>();

/** Whether a document defines an entitlement. What it does not define nothing gives: no pattern and no exception. */
export function isDefined(document: RulesDocument, { kind, id }: Entitlement): boolean {
  return definitionsOf(document).ids[kind].has(id);
}

/** Ids of all roles, strongest first: by precedence, ties by id. */
export function rolesByStrength(document: RulesDocument): readonly string[] {
  return definitionsOf(document).roles;
}

function definitionsOf(document: RulesDocument): Definitions {
  const found = known.get(document);
  if (found) return found;
  const idsOf = (kind: EntitlementKind): ReadonlySet<string> =>
    new Set(document[definitionLists[kind]].map(({ id }) => id));
  const definitions: Definitions = {
    ids: {
      role: idsOf('role'),
      businessFunction: idsOf('businessFunction'),
      team: idsOf('team'),
      permission: idsOf('permission'),
    },
    roles: document.roles.toSorted((a, b) => a.precedence - b.precedence || (a.id < b.id ? -1 : 1)).map(({ id }) => id),
  };
  known.set(document, definitions);
  return definitions;
}
