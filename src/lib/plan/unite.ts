import { entitlementKinds, type Assignment, type Entitlement, type Source } from '../model/access.ts';
import type { Given } from './given.ts';

/**
 * The union: one assignment per entitlement, holding every scope and source that gives it, all in a total order. No scope means
 * everywhere, so it swallows the others. An assignment is pending only when nothing but held facts give it.
 */
export function unite(given: readonly Given[]): readonly Assignment[] {
  const byEntitlement = new Map<string, [Given, ...Given[]]>();
  for (const entry of given) {
    const key = entitlementKey(entry);
    const known = byEntitlement.get(key);
    if (known) known.push(entry);
    else byEntitlement.set(key, [entry]);
  }
  return [...byEntitlement.values()].map(combine).sort(compareEntitlements);
}

/** `kind|id`: names an entitlement in keys, partitions and messages. */
export function entitlementKey(entitlement: Entitlement): string {
  return `${entitlement.kind}|${entitlement.id}`;
}

/** Total order of entitlements: by kind as listed in the model, then id. */
export function compareEntitlements(a: Entitlement, b: Entitlement): number {
  const kinds = entitlementKinds.indexOf(a.kind) - entitlementKinds.indexOf(b.kind);
  return kinds !== 0 ? kinds : compareText(a.id, b.id);
}

/** Ordinal order, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function combine(entries: [Given, ...Given[]]): Assignment {
  const [{ kind, id }] = entries;
  const everywhere = entries.some((entry) => entry.scopes.length === 0);
  const scopes = everywhere ? [] : [...new Set(entries.flatMap((entry) => entry.scopes))].sort(compareText);
  const sources = new Map(entries.map((entry) => [sourceKey(entry.source), entry.source]));
  const pending = entries.map((entry) => entry.pendingSince).filter((since) => since !== undefined);
  const pendingSince = pending.length === entries.length ? pending.sort(compareText)[0] : undefined;
  return {
    kind,
    id,
    scopes,
    sources: [...sources.entries()].sort(([a], [b]) => compareText(a, b)).map(([, source]) => source),
    ...(pendingSince === undefined ? {} : { pendingSince }),
  };
}

/** Identity of a source: the group's name is for people and does not count. */
export function sourceKey(source: Source): string {
  switch (source.origin) {
    case 'group':
      return `group|${source.ruleId}|${source.groupId}`;
    case 'exception':
      return `exception|${source.exceptionId}`;
    case 'default':
      return 'default';
  }
}
