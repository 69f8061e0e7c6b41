import type { MembershipChange } from '../model/membership-change.ts';
import type { AccessDifference } from '../plan/compare-access.ts';
import type { MembershipGraph } from '../plan/membership-graph.ts';
import { factsAfter, largestDifference, membershipDifference, movedGroups, whatIf } from '../plan/what-if.ts';
import type { KnownUser } from './explain-user.ts';
import type { Needs } from './needs.ts';

/** What joining or leaving a group would change. */
export interface TriedOut extends MembershipChange, AccessDifference {
  /** False: no rule maps the group, nor one that contains it, as far as is recorded. */
  readonly watched: boolean;
  /** Why nothing can happen: the user is directly in the group already, or is not directly in it, so there is nothing to leave. */
  readonly moot?: 'alreadyDirect' | 'notDirect';
  /** Mapped groups that the user would be in, or in no more, by id; or directly so, where a rule asks for that. */
  readonly groupIds: readonly string[];
  /** False: the directory was out of reach, so another way into the groups that are left was not looked for. */
  readonly exact: boolean;
  /** Of the groups that would be left those that would hold the loss until a person approves it. */
  readonly heldBy: readonly string[];
}

/** Tries one membership more or less on the user's facts; nothing is written, and the directory is not touched. */
export async function tryOut(
  { ledger }: Needs<{ ledger: 'foresee' }>,
  user: KnownUser,
  tried: MembershipChange,
): Promise<TriedOut> {
  const { userId, rules, facts, watched, graph, now } = user;
  const row = watched.get(tried.groupId);
  const difference =
    graph === undefined ? largestDifference(tried, row?.parents ?? []) : membershipDifference(graph, tried);
  const moved = movedGroups(facts, factsAfter(facts, rules, difference, now.toISOString()), rules);
  const heldBy: string[] = [];
  for (const { groupId, lostSince } of moved) {
    if (lostSince === undefined) continue;
    const loss = { ledger: groupId, userId, since: lostSince, groupDeleted: false };
    if ((await ledger.foresee(loss, rules.document.holds)) === 'held') heldBy.push(groupId);
  }
  return {
    ...tried,
    ...whatIf(user, rules, now, difference),
    watched: row !== undefined,
    ...mootness(graph, tried),
    groupIds: moved.map(({ groupId }) => groupId),
    exact: graph !== undefined,
    heldBy,
  };
}

function mootness(graph: MembershipGraph | undefined, { kind, groupId }: MembershipChange): Pick<TriedOut, 'moot'> {
  if (graph === undefined || graph.direct.has(groupId) === (kind === 'left')) return {};
  return { moot: kind === 'left' ? 'notDirect' : 'alreadyDirect' };
}
