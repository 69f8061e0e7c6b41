import type { Assignment } from '../model/access.ts';
import type { Plan } from '../model/plan.ts';
import type { FeedSummary } from '../model/stored-access.ts';
import { inEffect } from './changes.ts';
import { entitlementKey } from './unite.ts';

/**
 * A summary for the change feed. Updates of scopes count as granted, so that consumers read the record again; updates of sources,
 * such as a group's new name, change nothing in effect and are not told.
 */
export function feedSummary(plan: Plan): FeedSummary | undefined {
  const stateChanged = plan.stateBefore !== undefined && plan.stateBefore !== plan.desired.state;
  const changes = plan.changes.filter(({ before, after }) => places(before) !== places(after));
  if (changes.length === 0 && !stateChanged) return undefined;
  const revoked = changes.filter((change) => change.type === 'revoke');
  const lostAll = revoked.length > 0 && inEffect(plan.desired).length === 0;
  const lostPrivileged = revoked.some((change) => change.privileged);
  return {
    userId: plan.desired.userId,
    state: plan.desired.state,
    severity: lostAll ? 'lostAll' : lostPrivileged ? 'lostPrivileged' : 'normal',
    granted: changes.filter((change) => change.type !== 'revoke').map(entitlementKey),
    revoked: revoked.map(entitlementKey),
  };
}

/** Where an assignment is in effect, so that two can be compared: lists of scopes are sorted. */
function places(assignment: Assignment | undefined): string {
  return assignment === undefined ? '' : JSON.stringify([assignment.scopes, assignment.exceptScopes ?? []]);
}
