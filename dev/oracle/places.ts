import type { Collected } from './collect-grants.ts';

/** Every scope that nobody has named. The oracle thinks of scopes as places that can be listed, this one among them. */
export const elsewhere = '*';

/** An entitlement and the places in which its user holds it. Places are taken from it as the oracle goes on. */
export interface Held extends Pick<Collected, 'kind' | 'id' | 'sources' | 'firm'> {
  readonly places: Set<string>;
}

/** Lays out what is collected over all places: the named scopes and elsewhere. */
export function layOut(collected: readonly Collected[], names: readonly string[]): readonly Held[] {
  return collected.map(({ kind, id, sources, firm, everywhere, scopes }) => ({
    kind,
    id,
    sources,
    firm,
    places: new Set(everywhere ? [...names, elsewhere] : scopes),
  }));
}

/** Places in the words of a record: no scopes means everywhere, but in `exceptScopes`. */
export function inWords(
  places: ReadonlySet<string>,
  names: readonly string[],
): { readonly scopes: readonly string[]; readonly exceptScopes: readonly string[] } {
  if (!places.has(elsewhere)) return { scopes: [...places].sort(), exceptScopes: [] };
  return { scopes: [], exceptScopes: names.filter((name) => !places.has(name)).sort() };
}
