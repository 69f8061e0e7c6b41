import { mappedGroups } from '../model/active-rules.ts';
import type { ExpandState } from '../model/job-state.ts';
import type { Ports } from '../ports.ts';
import { compareGroup } from './compare-group.ts';
import { LookList } from './look-list.ts';
import { afterLagSeconds, requestJob } from './request-job.ts';
import type { JobResult, JobRun } from './run-job.ts';

/**
 * The expand job: compares every mapped group that the named group is, or is nested in, with the recorded facts, and enqueues
 * those who differ; once more after the lag, because a listing may come from a replica that is behind.
 */
export async function expand(ports: Ports, run: JobRun): Promise<JobResult> {
  const rules = await ports.rules.active();
  const first: ExpandState = { kind: 'expand' };
  if (!rules) return { state: first, finished: true };
  const mapped = mappedGroups(rules);
  let state = run.state?.kind === 'expand' ? run.state : first;
  const second = run.request.second ?? state.second ?? false;
  state = {
    ...state,
    second,
    remaining: state.remaining ?? (await affectedGroups(ports, run.request.id, new Set(mapped.keys()))),
  };
  const looks = new LookList(ports, { reason: 'expand', causeId: run.request.causeId });
  let users = 0;
  for (const groupId of [...(state.remaining ?? [])]) {
    const group = mapped.get(groupId);
    if (group) looks.add(await compareGroup(ports, group, rules.document));
    state = { ...state, remaining: (state.remaining ?? []).filter((id) => id !== groupId) };
    users += await looks.flush();
    await run.checkpoint(state, { users });
    if (run.overBudget() && (state.remaining?.length ?? 0) > 0) return { state, finished: false, counts: { users } };
  }
  if (!second) await lookAgain(ports, run);
  return { state: first, finished: true, counts: { users } };
}

async function lookAgain(ports: Ports, run: JobRun): Promise<void> {
  await requestJob(ports, 'expand', run.request.id, {
    causeId: run.request.causeId,
    delaySeconds: afterLagSeconds(ports),
    second: true,
  });
}

/** The mapped groups whose membership may differ when this group changes. */
async function affectedGroups(ports: Ports, groupId: string, mapped: ReadonlySet<string>): Promise<string[]> {
  const watched = await ports.watched.find(groupId);
  return [groupId, ...(watched?.parents ?? [])].filter((id) => mapped.has(id)).sort();
}
