import type { ActiveRules } from '../model/active-rules.ts';
import type { ActivateState } from '../model/job-state.ts';
import type { RulesVersion } from '../model/rules-version.ts';
import { unreadGroups } from '../plan/unread-groups.ts';
import type { Ports } from '../ports.ts';
import { decidePass } from './decide-pass.ts';
import { requestComparisons, requestJob, requestSweeps } from './request-job.ts';
import type { JobResult, JobRun } from './run-job.ts';
import { watchMapped } from './watch-mapped.ts';

/**
 * The activate job: puts a stored version in force, has newly mapped groups compared, then runs the decide pass. Events flow on
 * meanwhile: a worker that read the old version finds the pointer moved when it is done, and enqueues its user again. When newer
 * rules overtake it, it still compares its groups, because to those they are not new; the decide pass it leaves to them.
 */
export async function activate(ports: Ports, run: JobRun): Promise<JobResult> {
  const version = Number(run.request.id);
  const rules = await ports.rules.version(version);
  const { causeId } = run.request;
  let state: ActivateState =
    run.state?.kind === 'activate' && run.state.step !== 'done'
      ? run.state
      : { kind: 'activate', step: 'switch', version };
  const done: JobResult = { state: { kind: 'activate', step: 'done', version }, finished: true };
  const save = async (next: ActivateState, users = 0): Promise<void> => {
    state = next;
    await run.checkpoint(next, { users });
  };
  if (state.step === 'switch') {
    await putInForce(ports, version, causeId);
    await save({ kind: 'activate', step: 'expand', version });
  }
  if (state.step === 'expand') {
    await watchMapped(ports);
    await compareNew(ports, rules, causeId);
    await save({ kind: 'activate', step: 'decide', version });
  }
  if ((await ports.rules.activeVersion()) > version) return done;
  const passed = await decidePass(ports, rules, state.after, { reason: 'activate', causeId }, async (after, users) => {
    await save({ ...state, after }, users);
    return !run.overBudget();
  });
  ports.log.info('A rules version was compared with the records.', { version, users: passed.users });
  const counts = { users: passed.users };
  return passed.finished ? { ...done, counts } : { state, finished: false, counts };
}

/** Points to the version, unless a newer one is in force already. Audited before it is done. */
async function putInForce(ports: Ports, version: number, causeId: string): Promise<void> {
  for (;;) {
    const current = await ports.rules.activeVersion();
    if (current >= version) return;
    await auditActivation(ports, version, current, causeId);
    if (await ports.rules.activate(version, current)) {
      ports.log.info('A rules version is in force.', { version, before: current });
      return;
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

/** Has those groups compared, or their directness, that the version before did not map. */
async function compareNew(ports: Ports, rules: ActiveRules, causeId: string): Promise<void> {
  const before = rules.version > 1 ? await ports.rules.version(rules.version - 1) : undefined;
  const fresh = new Set(unreadGroups(before, rules).map(({ groupId }) => groupId));
  await requestSweeps(ports);
  await requestComparisons(ports, fresh, { causeId, afterLag: false });
  await requestJob(ports, 'renew', '', { causeId });
}
