import { project, type Json } from '../graph/projection.ts';
import type { MemberType } from '../world/change.ts';
import type { DeltaItem } from './delta-pages.ts';
import { selectionOf } from './delta-query.ts';
import type { DeltaRow } from './delta-row.ts';
import type { DeltaRound } from './delta-rounds.ts';

/** How members are shown: their type, and whether this caller may see them at all. */
export interface MemberView {
  typeOf(id: string): MemberType;
  hiddenIn(groupId: string): boolean;
}

/**
 * Selected properties of an object: changed and unchanged ones, or with `minimal` only the changed. What was never set
 * is left out; a null is shown only where a value was taken away.
 */
function properties(row: DeltaRow & { kind: 'object' }, names: readonly string[], minimal: boolean): Json {
  const { changed } = row;
  const shown = names.filter((name) => name === 'id' || !minimal || changed === undefined || changed.has(name));
  const json = project(row.object, shown, 'directoryObject');
  return Object.fromEntries(
    Object.entries(json).filter(([name, value]) => value !== null || (changed?.has(name) ?? false)),
  );
}

function itemJson(
  { row, memberIds }: DeltaItem,
  names: readonly string[],
  minimal: boolean,
  members: MemberView,
): Json {
  if (row.kind === 'removed') return { id: row.id, '@removed': { reason: row.reason } };
  const json = properties(row, names, minimal);
  // A group without members to tell has no such property at all.
  if (memberIds.length === 0 || members.hiddenIn(row.object.id)) return json;
  const entries = memberIds.map((id) => ({
    '@odata.type': `#microsoft.graph.${members.typeOf(id)}`,
    id,
    ...(row.left.has(id) ? { '@removed': { reason: 'deleted' } } : {}),
  }));
  return { ...json, 'members@delta': entries };
}

/** `value` of one page. */
export function pageJson(round: DeltaRound, page: readonly DeltaItem[], members: MemberView): readonly Json[] {
  const { properties: names } = selectionOf(round.query);
  return page.map((item) => itemJson(item, names, round.minimal, members));
}
