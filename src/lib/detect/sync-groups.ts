import { AccessDeniedError, UnavailableError } from '../errors.ts';
import { mappedGroups, type ActiveRules } from '../model/active-rules.ts';
import type { Ports } from '../ports.ts';
import { compareGroup } from './compare-group.ts';
import type { FullSyncProgress } from './full-sync-progress.ts';
import { LookList, type ComparisonCause } from './look-list.ts';

/** Checkpoints are seconds apart: a user of several groups that are compared between two of them is enqueued once. */
const checkpointMilliseconds = 15_000;

/** An outage that outlasts so many pauses at one group is perhaps that group's alone. */
const mostWaits = 3;

/**
 * The first step of a full sync: compares the groups that remain, all mapped ones at first. One that can't be compared is put
 * aside, because it must not keep everything behind it from being compared; an outage is waited for, or all groups would be put
 * aside at once. Returns false when the time is over.
 *
 * @throws UnavailableError when Graph is throttling or out of reach, with the step to go on from stored
 */
export async function syncGroups(
  ports: Ports,
  rules: ActiveRules,
  cause: ComparisonCause,
  sync: FullSyncProgress,
): Promise<boolean> {
  const mapped = mappedGroups(rules);
  const looks = new LookList(ports, cause);
  let remaining = sync.state.remaining ?? [...mapped.keys()].sort();
  let failed = sync.state.failed ?? [];
  let savedAt = ports.clock.now().getTime();
  while (remaining.length > 0) {
    const [groupId = '', ...rest] = remaining;
    const group = mapped.get(groupId);
    try {
      if (group) looks.add(await compareGroup(ports, group, rules.document));
    } catch (error) {
      const times = 1 + (sync.state.waited?.groupId === groupId ? sync.state.waited.times : 0);
      if (isOutage(error) && times <= mostWaits) {
        sync.count(await looks.flush());
        await sync.save({ ...sync.state, remaining, failed, waited: { groupId, times } });
        throw error;
      }
      tell(ports, error, groupId, sync.state.retry === true);
      failed = [...failed, groupId];
    }
    remaining = rest;
    const now = ports.clock.now().getTime();
    if (now - savedAt < checkpointMilliseconds && !looks.isFull()) continue;
    savedAt = now;
    sync.count(await looks.flush());
    if (!(await sync.keepGoing({ ...sync.state, remaining, failed })) && remaining.length > 0) return false;
  }
  sync.count(await looks.flush());
  const end =
    sync.state.retry === true
      ? { ...sync.state, remaining, failed }
      : ({ kind: 'fullSync', step: 'users', failed } as const);
  await sync.save(end);
  return true;
}

/** It meets every group alike, and passes. A permission that is missing may be missing for one group, and passes when a person mends it. */
function isOutage(error: unknown): boolean {
  return error instanceof UnavailableError && !(error instanceof AccessDeniedError);
}

function tell({ log }: Ports, error: unknown, groupId: string, isRetry: boolean): void {
  if (isRetry) log.error('A group could not be compared again; the next full sync tries it.', error, { groupId });
  else log.error('A group could not be compared; it is tried again when everything else is.', error, { groupId });
}
