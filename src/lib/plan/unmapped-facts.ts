import type { MappedGroup } from '../model/active-rules.ts';
import type { Facts } from '../model/facts.ts';

/**
 * True when some fact is of a group that the rules do not map, or says who is direct where no rule asks for it. Such facts give
 * nothing and are no longer kept true, so the next look at the user forgets them.
 */
export function hasUnmappedFacts({ groups }: Facts, mapped: ReadonlyMap<string, MappedGroup>): boolean {
  return Object.entries(groups).some(([groupId, { direct }]) => {
    const group = mapped.get(groupId);
    return group === undefined || (direct !== undefined && group.directSince === undefined);
  });
}
