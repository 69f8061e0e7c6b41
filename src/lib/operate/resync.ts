import { mappedGroups } from '../model/active-rules.ts';
import { type GroupDescription, describeGroup } from '../model/group-description.ts';
import { newJobRequest, newReconcileRequest } from '../model/new-request.ts';
import type { ResyncBody } from '../model/operator-request.ts';
import type { Plan } from '../model/plan.ts';
import type { Ports } from '../ports.ts';
import { compareMembers, type MemberDifference } from './compare-members.ts';
import type { Needs } from './needs.ts';

/** What a user's reconcile would do; `plan` undefined: nothing. */
export interface UserDryRun {
  readonly plan: Plan | undefined;
}

/** What became of the request. */
export type ResyncOutcome =
  | {
      readonly kind: 'enqueued';
      readonly operationId: string;
      readonly users: number;
      readonly jobs: number;
      /** Path below the tenant where the effect can be read. */
      readonly effect: string;
    }
  | { readonly kind: 'userPlan'; readonly userId: string; readonly plan: Plan | undefined }
  | { readonly kind: 'groupPlan'; readonly difference: MemberDifference & Partial<GroupDescription> }
  | { readonly kind: 'notMapped' }
  | { readonly kind: 'noRules' };

/** What asking needs: it enqueues and nothing else. */
export type ResyncPorts = Pick<Ports, 'tenantId' | 'clock' | 'newId' | 'log'> &
  Needs<{ rules: 'active'; watched: 'find'; reconcileQueue: 'send'; jobQueue: 'send' }>;

/** Enqueues one user's reconcile, ahead of all bulk work, or the comparison of a mapped group (or one nested in it). */
export async function resync(ports: ResyncPorts, body: ResyncBody, caller: string): Promise<ResyncOutcome> {
  const rules = await ports.rules.active();
  if (rules === undefined) return { kind: 'noRules' };
  const operationId = ports.newId();
  const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId: operationId };
  const { userId, groupId } = body;
  if (userId !== undefined) {
    await ports.reconcileQueue.send([newReconcileRequest(origin, userId, 'manual')], 'fresh');
    ports.log.info('A resync is enqueued.', { operationId, userId, caller });
    return { kind: 'enqueued', operationId, users: 1, jobs: 0, effect: `users/${userId}/history` };
  }
  if (groupId === undefined || !(mappedGroups(rules).has(groupId) || (await ports.watched.find(groupId)))) {
    return { kind: 'notMapped' };
  }
  await ports.jobQueue.send(newJobRequest(origin, 'expand', groupId));
  ports.log.info('A resync is enqueued.', { operationId, groupId, caller });
  return { kind: 'enqueued', operationId, users: 0, jobs: 1, effect: `groups/${groupId}` };
}

/**
 * The same question without an effect. Hand it ports whose stores refuse to write.
 *
 * @param planUser the plan of one user; undefined when no rules are in force
 */
export async function dryRun(
  ports: Needs<{ rules: 'active'; directory: 'listMembers'; derived: 'members'; watched: 'find' }>,
  { userId, groupId }: ResyncBody,
  planUser: (userId: string) => Promise<UserDryRun | undefined>,
): Promise<ResyncOutcome> {
  const rules = await ports.rules.active();
  if (rules === undefined) return { kind: 'noRules' };
  if (userId !== undefined) {
    const planned = await planUser(userId);
    return planned === undefined ? { kind: 'noRules' } : { kind: 'userPlan', userId, plan: planned.plan };
  }
  const group = mappedGroups(rules).get(groupId ?? '');
  if (group === undefined) return { kind: 'notMapped' };
  const info = (await ports.watched.find(group.groupId))?.info;
  const difference = { ...(await compareMembers(ports, group)), ...(info === undefined ? {} : describeGroup(info)) };
  return { kind: 'groupPlan', difference };
}
