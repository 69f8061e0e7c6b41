import { mappedGroups, type ActiveRules } from '../model/active-rules.ts';
import type { ActivateState } from '../model/job-state.ts';
import type { RulesVersion } from '../model/rules-version.ts';
import type { Ports } from '../ports.ts';
import { confirmGroup } from './confirm-group.ts';
import { decidePass } from './decide-pass.ts';
import { requestComparisons, requestJob, requestSweeps } from './request-job.ts';
import type { JobResult, JobRun } from './run-job.ts';

/**
 * The activate job: puts a stored version in force, then runs the decide pass and has newly mapped groups compared. Events flow
 * on meanwhile: a worker that read the old version finds the pointer moved when it is done, and enqueues its user again.
 */
export async function activate(ports: Ports, run: JobRun): Promise<JobResult> {
  const version = Number(run.request.id);
  let state: ActivateState =
    run.state?.kind === 'activate' && run.state.step !== 'done'
      ? run.state
      : { kind: 'activate', step: 'switch', version };
  const done: JobResult = { state: { kind: 'activate', step: 'done', version }, finished: true };
  const save = async (next: ActivateState): Promise<void> => {
    state = next;
    await run.checkpoint(next);
  };
  if (state.step === 'switch') {
    if (!(await switchTo(ports, version, run.request.causeId))) return done;
    await save({ kind: 'activate', step: 'expand', version });
  }
  const rules = await ports.rules.version(version);
  if (state.step === 'expand') {
    await expandNew(ports, rules, run.request.causeId);
    await save({ kind: 'activate', step: 'decide', version });
  }
  const cause = { reason: 'activate' as const, causeId: run.request.causeId };
  const passed = await decidePass(ports, rules, state.after, cause, async (after) => {
    await save({ ...state, after });
    return !run.overBudget();
  });
  ports.log.info('A rules version was compared with the records.', { version, users: passed.users });
  return passed.finished ? { ...done, counts: { users: passed.users } } : { state, finished: false };
}

/** False when a newer version is in force already: then this one has nothing left to do. Audited before it is done. */
async function switchTo(ports: Ports, version: number, causeId: string): Promise<boolean> {
  for (;;) {
    const current = await ports.rules.activeVersion();
    if (current === version) return true;
    if (current > version) return false;
    await auditActivation(ports, version, current, causeId);
    if (await ports.rules.activate(version, current)) {
      ports.log.info('A rules version is in force.', { version, before: current });
      return true;
    }
  }
}

/** One entry for one activation, also when a run before died between the entry and the switch. */
async function auditActivation(ports: Ports, version: number, before: number, requestId: string): Promise<void> {
  for await (const { action, details } of ports.tenantAudit.history()) {
    if (action !== 'activateRules') continue;
    if (details['version'] === version) return;
    break;
  }
  let publication: RulesVersion | undefined;
  for await (const stored of ports.rules.versions()) if (stored.version === version) publication = stored;
  const { author = 'Rolecall', causeId = requestId } = publication ?? {};
  const details = { version, before };
  await ports.tenantAudit.append({ initiatedBy: author, action: 'activateRules', causeId, details });
}

/** Watches the mapped groups, and compares those (or their directness) that the version before did not map. */
async function expandNew(ports: Ports, rules: ActiveRules, causeId: string): Promise<void> {
  const before =
    rules.version > 1 ? mappedGroups(await ports.rules.version(rules.version - 1)) : new Map<string, never>();
  const mapped = mappedGroups(rules);
  const fresh = new Set<string>();
  for (const group of mapped.values()) {
    const known = await ports.watched.find(group.groupId);
    if (known?.mapped !== true) await confirmGroup(ports, group, true);
    const old: { mappedSince: string; directSince?: string } | undefined = before.get(group.groupId);
    const unchanged = old?.mappedSince === group.mappedSince && old.directSince === group.directSince;
    if (!unchanged) fresh.add(group.groupId);
  }
  await letGo(ports, new Set(mapped.keys()));
  await requestSweeps(ports);
  await requestComparisons(ports, fresh, { causeId, afterLag: false });
  await requestJob(ports, 'renew', '', { causeId });
}

/** Groups that are mapped no more stay watched only while they are nested in one that is. */
async function letGo(ports: Ports, mapped: ReadonlySet<string>): Promise<void> {
  for (const group of await ports.watched.list()) {
    await ports.watched.change(group.groupId, (known) => {
      const parents = (known?.parents ?? []).filter((id) => mapped.has(id));
      const stays = mapped.has(group.groupId) || parents.length > 0;
      return known && stays ? { ...known, mapped: mapped.has(group.groupId), parents } : undefined;
    });
  }
}
