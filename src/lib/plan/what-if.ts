import { type ActiveRules, type MappedGroup, mappedGroups } from '../model/active-rules.ts';
import type { Facts, GroupFact, Spell } from '../model/facts.ts';
import type { MembershipChange } from '../model/membership-change.ts';
import { type AccessDifference, compareAccess } from './compare-access.ts';
import { type Candidate, deservesRecord, desiredAccess } from './desired-access.ts';
import { graphAfter, type MembershipGraph, membershipPaths } from './membership-graph.ts';
import { compareText } from './unite.ts';

/** Groups that a user would be in, or in no more, and directly so. */
export interface MembershipDifference {
  readonly joined: ReadonlySet<string>;
  readonly left: ReadonlySet<string>;
  readonly joinedDirectly: ReadonlySet<string>;
  readonly leftDirectly: ReadonlySet<string>;
}

/**
 * What one membership more or less comes to: groups that contain the group are joined with it, and are left with it unless
 * another way leads there.
 */
export function membershipDifference(graph: MembershipGraph, change: MembershipChange): MembershipDifference {
  const next = graphAfter(graph, change);
  const [before, after] = [new Set(membershipPaths(graph).keys()), new Set(membershipPaths(next).keys())];
  return {
    joined: without(after, before),
    left: without(before, after),
    joinedDirectly: without(next.direct, graph.direct),
    leftDirectly: without(graph.direct, next.direct),
  };
}

function without(all: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...all].filter((one) => !others.has(one)));
}

/**
 * The same where the graph is not known, only which groups contain the group: that another way may lead to them is not seen, so
 * leaving is told as the most that it can take.
 */
export function largestDifference(
  { kind, groupId }: MembershipChange,
  containing: readonly string[],
): MembershipDifference {
  const groups = new Set([groupId, ...containing]);
  const directly = new Set([groupId]);
  const none = new Set<string>();
  return kind === 'joined'
    ? { joined: groups, left: none, joinedDirectly: directly, leftDirectly: none }
    : { joined: none, left: groups, joinedDirectly: none, leftDirectly: directly };
}

/** What would change in effect once the directory and the facts had followed, and no hold kept a loss. */
export function whatIf(
  user: Candidate,
  rules: ActiveRules,
  now: Date,
  difference: MembershipDifference,
): AccessDifference {
  const facts = factsAfter(user.facts, rules, difference, now.toISOString());
  // A record stays, whatever its user leaves.
  const after = { ...user, facts, isRecorded: deservesRecord(user) };
  return compareAccess(desiredAccess(user, rules, now), desiredAccess(after, rules, now));
}

/** The facts once the difference was read; whatever it does not touch stays as it is recorded. */
export function factsAfter(facts: Facts, rules: ActiveRules, difference: MembershipDifference, now: string): Facts {
  const groups: Record<string, GroupFact> = { ...facts.groups };
  for (const group of mappedGroups(rules).values()) {
    const fact = factAfter(groups[group.groupId], group, difference, now);
    if (fact === undefined) Reflect.deleteProperty(groups, group.groupId);
    else groups[group.groupId] = fact;
  }
  return { ...facts, groups };
}

/** A mapped group that a change of facts is about. */
export interface MovedGroup {
  readonly groupId: string;
  /** Since when what is lost had been known; absent: nothing is lost. */
  readonly lostSince?: string;
}

/** Mapped groups that somebody would be in, or in no more, by id; or directly so, where a rule asks for that. */
export function movedGroups(before: Facts, after: Facts, rules: ActiveRules): readonly MovedGroup[] {
  return [...mappedGroups(rules).values()]
    .flatMap(({ groupId, mappedSince, directSince }): readonly MovedGroup[] => {
      const [was, is] = [before.groups[groupId], after.groups[groupId]];
      const spells = [[counting(was?.member, mappedSince), counting(is?.member, mappedSince)]];
      if (directSince !== undefined)
        spells.push([counting(was?.direct, directSince), counting(is?.direct, directSince)]);
      const moved = spells.filter(([old, next]) => (old === undefined) !== (next === undefined));
      if (moved.length === 0) return [];
      // One loss for each group: losing the membership speaks for its directness, too.
      const lost = moved.map(([old]) => old).find((old) => old !== undefined);
      return [{ groupId, ...(lost === undefined ? {} : { lostSince: lost.since }) }];
    })
    .sort((a, b) => compareText(a.groupId, b.groupId));
}

/** A spell that says that the user is in; one from before the mapping gives nothing and is no loss. */
function counting(spell: Spell | undefined, mappedSince: string): Spell | undefined {
  return spell?.in === true && spell.since >= mappedSince ? spell : undefined;
}

function factAfter(
  fact: GroupFact | undefined,
  { groupId, mappedSince, directSince }: MappedGroup,
  { joined, left, joinedDirectly, leftDirectly }: MembershipDifference,
  now: string,
): GroupFact | undefined {
  if (left.has(groupId)) return undefined;
  // Whoever is directly in a group is in it.
  const joins = joined.has(groupId) || joinedDirectly.has(groupId);
  const member = joins ? joinedSince(fact?.member, mappedSince, now) : fact?.member;
  if (member === undefined) return undefined;
  if (leftDirectly.has(groupId)) return { member };
  const isDirect = directSince !== undefined && joinedDirectly.has(groupId);
  const direct = isDirect ? joinedSince(fact?.direct, directSince, now) : fact?.direct;
  return { member, ...(direct === undefined ? {} : { direct }) };
}

/** A spell that counts already stays, and waits for nobody any more. */
function joinedSince(spell: Spell | undefined, mappedSince: string, now: string): Spell {
  return { in: true, since: counting(spell, mappedSince)?.since ?? now };
}
