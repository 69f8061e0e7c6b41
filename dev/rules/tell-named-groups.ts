import { textTable } from '../command-line/text-table.ts';
import { paint } from '../start/paint.ts';
import type { DescribedGroup, ExplainedEntitlement, ExplanationAnswer } from './explanation-answer.ts';
import { heading } from './faults.ts';

/** The groups on ways to these entitlements: what each is and where its members are managed (E2). Ways that are closed only when all is told. */
export function tellNamedGroups(
  { groups, memberships }: Pick<ExplanationAnswer, 'groups' | 'memberships'>,
  entitlements: readonly ExplainedEntitlement[],
  all: boolean,
): readonly string[] {
  const ways = entitlements.flatMap(({ given, closed }) => [
    ...given.map(({ source }) => source),
    ...(all ? closed : []),
  ]);
  const ids = new Set(ways.map(({ groupId }) => groupId));
  const paths = memberships.flatMap(({ groupId, path = [] }) => (ids.has(groupId) ? path : []));
  for (const { groupId } of paths) ids.add(groupId);
  const named = groups.filter(({ groupId }) => ids.has(groupId));
  if (named.length === 0) return [];
  const rows = named.map((group) => [
    group.displayName,
    tellKind(group),
    group.membersManagedIn ?? '',
    paint('dim', group.groupId),
  ]);
  return ['', ...textTable([heading('group', 'kind', 'members managed in', 'id'), ...rows])];
}

/** For example `security group, role-assignable`. */
export function tellKind({ kind, marks = [] }: Pick<DescribedGroup, 'kind' | 'marks'>): string {
  return kind === undefined ? 'unknown' : [kind, ...marks].join(', ');
}
