import { compareText } from './unite.ts';

/**
 * Where something applies: in the named scopes, or everywhere but in them. "Everywhere" includes scopes that nobody has named
 * yet, so it can't be listed.
 */
export interface ScopeSet {
  readonly everywhereBut: boolean;
  /** In order, each once. */
  readonly names: readonly string[];
}

/** Scopes as they stand in the model: an empty list means everywhere, but in `exceptScopes`. */
interface Scoped {
  readonly scopes: readonly string[];
  readonly exceptScopes?: readonly string[];
}

export const everywhere: ScopeSet = { everywhereBut: true, names: [] };
export const nowhere: ScopeSet = { everywhereBut: false, names: [] };

export function scopesOf({ scopes, exceptScopes = [] }: Scoped): ScopeSet {
  return scopes.length > 0
    ? { everywhereBut: false, names: inOrder(scopes) }
    : { everywhereBut: true, names: inOrder(exceptScopes) };
}

/** The set as it stands in the model, which has no word for nowhere: ask `isNowhere` before. */
export function toScoped({ everywhereBut, names }: ScopeSet): Scoped {
  if (!everywhereBut) return { scopes: names };
  return { scopes: [], ...(names.length > 0 ? { exceptScopes: names } : {}) };
}

export function isNowhere({ everywhereBut, names }: ScopeSet): boolean {
  return !everywhereBut && names.length === 0;
}

/** Where both apply. */
export function intersection(a: ScopeSet, b: ScopeSet): ScopeSet {
  if (a.everywhereBut && b.everywhereBut) return { everywhereBut: true, names: inOrder([...a.names, ...b.names]) };
  const [named, other] = a.everywhereBut ? [b, a] : [a, b];
  const others = new Set(other.names);
  return { everywhereBut: false, names: named.names.filter((name) => others.has(name) !== other.everywhereBut) };
}

/** Where either applies. */
export function union(a: ScopeSet, b: ScopeSet): ScopeSet {
  return complement(intersection(complement(a), complement(b)));
}

/** Where the first applies and the second does not. */
export function difference(a: ScopeSet, b: ScopeSet): ScopeSet {
  return intersection(a, complement(b));
}

function complement({ everywhereBut, names }: ScopeSet): ScopeSet {
  return { everywhereBut: !everywhereBut, names };
}

function inOrder(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort(compareText);
}
