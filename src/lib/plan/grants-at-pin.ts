import { entitlementKinds, type Entitlement } from '../model/access.ts';
import type { Pin } from '../model/active-rules.ts';
import { isDefined } from '../model/definitions.ts';
import { fillTemplate } from '../model/template.ts';
import { grantLists, type Grants, type RulesDocument } from '../model/rules-document.ts';

type Parts = Pick<Pin, 'parts'>;

/** What grants come to at one pin, named parts filled in. */
export interface PinGrants {
  readonly given: readonly Entitlement[];
  /** What the document does not define: it is never given (P4). */
  readonly notDefined: readonly Entitlement[];
}

/** Fills the named parts of a pin into grants: `profisee-{Role}` becomes `profisee-Admins` where `Role` is `Admins`. */
export function grantsAtPin(grants: Grants, { parts }: Parts, document: RulesDocument): PinGrants {
  const entitlements = entitlementKinds.flatMap((kind) =>
    (grants[grantLists[kind]] ?? []).map((id): Entitlement => ({ kind, id: fillIn(id, parts) })),
  );
  return {
    given: entitlements.filter((entitlement) => isDefined(document, entitlement)),
    notDefined: entitlements.filter((entitlement) => !isDefined(document, entitlement)),
  };
}

/** The scopes of a rule at one pin, named parts filled in. None: everywhere. */
export function scopesAtPin(
  { scopes = [] }: { readonly scopes?: readonly string[] | undefined },
  { parts }: Parts,
): readonly string[] {
  return scopes.map((scope) => fillIn(scope, parts));
}

/** A part that the pin does not have stays as it is written, braces and all: it names nothing, and no scope means everywhere. */
function fillIn(template: string, parts: Parts['parts']): string {
  return parts === undefined ? template : (fillTemplate(template, parts) ?? template);
}
