import type { Plan } from '../model/plan.ts';
import type { FeedSummary } from '../model/stored-access.ts';
import { inEffect } from './changes.ts';
import { entitlementKey } from './unite.ts';

/** A summary for the change feed. Updates of scopes count as granted, so that consumers read the record again. */
export function feedSummary(plan: Plan): FeedSummary | undefined {
  const stateChanged = plan.stateBefore !== undefined && plan.stateBefore !== plan.desired.state;
  if (plan.changes.length === 0 && !stateChanged) return undefined;
  const revoked = plan.changes.filter((change) => change.type === 'revoke');
  const lostAll = revoked.length > 0 && inEffect(plan.desired).length === 0;
  const lostPrivileged = revoked.some((change) => change.privileged);
  return {
    userId: plan.desired.userId,
    state: plan.desired.state,
    severity: lostAll ? 'lostAll' : lostPrivileged ? 'lostPrivileged' : 'normal',
    granted: plan.changes.filter((change) => change.type !== 'revoke').map(entitlementKey),
    revoked: revoked.map(entitlementKey),
  };
}
