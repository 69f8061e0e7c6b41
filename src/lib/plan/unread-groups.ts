import { type ActiveRules, type MappedGroup, mappedGroups } from '../model/active-rules.ts';
import type { Facts, GroupFact, Spell } from '../model/facts.ts';
import { compareText } from './unite.ts';

/**
 * A group of whose members a proposed document needs to know something that no record says yet. Activation reads it: until then
 * it gives nothing.
 */
export interface UnreadGroup extends MappedGroup {
  /** `membership`: newly mapped. `directness`: mapped already, and now by a rule that wants direct members. */
  readonly unread: 'membership' | 'directness';
}

/** Who is in unread groups, and who directly, as a listing shows one user. */
export interface ListedMembership {
  readonly member: ReadonlySet<string>;
  readonly direct: ReadonlySet<string>;
}

/** The groups that activating the proposed rules has read, in order of id. */
export function unreadGroups(active: ActiveRules | undefined, proposed: ActiveRules): readonly UnreadGroup[] {
  const before = active === undefined ? new Map<string, MappedGroup>() : mappedGroups(active);
  return [...mappedGroups(proposed).values()]
    .flatMap((group): readonly UnreadGroup[] => {
      const old = before.get(group.groupId);
      if (old?.mappedSince !== group.mappedSince) return [{ ...group, unread: 'membership' }];
      const newlyDirect = group.directSince !== undefined && old.directSince !== group.directSince;
      return newlyDirect ? [{ ...group, unread: 'directness' }] : [];
    })
    .sort((a, b) => compareText(a.groupId, b.groupId));
}

/** The facts as they are once the unread groups were read: what was listed counts since `now` (ISO 8601). */
export function withListed(
  facts: Facts,
  unread: readonly UnreadGroup[],
  listed: ListedMembership | undefined,
  now: string,
): Facts {
  if (unread.length === 0 || facts.account?.state === 'deleted') return facts;
  const groups: Record<string, GroupFact> = { ...facts.groups };
  const seen: Spell = { in: true, since: now };
  for (const { groupId, directSince, unread: what } of unread) {
    const isDirect = directSince !== undefined && listed?.direct.has(groupId) === true;
    const direct = isDirect ? { direct: seen } : {};
    // Whoever is directly in a group is in it.
    const isMember = isDirect || listed?.member.has(groupId) === true;
    const recorded = what === 'directness' ? groups[groupId]?.member : undefined;
    if (recorded?.in === true) groups[groupId] = { member: recorded, ...direct };
    else if (isMember) groups[groupId] = { member: seen, ...direct };
    else Reflect.deleteProperty(groups, groupId);
  }
  return { ...facts, groups };
}
