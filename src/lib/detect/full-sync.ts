import { IncompleteReadingError } from '../errors.ts';
import type { ActiveRules } from '../model/active-rules.ts';
import type { FullSyncState } from '../model/job-state.ts';
import type { Ports } from '../ports.ts';
import { checkDerived } from './check-derived.ts';
import { compareAccounts } from './compare-accounts.ts';
import { decidePass } from './decide-pass.ts';
import { discoverGroups } from './discover-groups.ts';
import { FullSyncProgress } from './full-sync-progress.ts';
import type { ComparisonCause } from './look-list.ts';
import { mergeShards } from './merge-shards.ts';
import type { JobResult, JobRun } from './run-job.ts';
import { settleUnmapped } from './settle-repaired.ts';
import { syncGroups } from './sync-groups.ts';
import { watchMapped } from './watch-mapped.ts';

const firstState: FullSyncState = { kind: 'fullSync', step: 'groups' };

/**
 * The daily comparison of everything recorded with the directory: mapped groups, accounts, decisions, derived rows. Its cost
 * is pages, not users: it enqueues only those who differ, and no drift sends no message. Groups that could not be compared are
 * tried once more when everything else is done; what fails then is told, and is the next full sync's.
 *
 * @throws IncompleteReadingError before that second try, so that the queue makes a pause
 */
export async function fullSync(ports: Ports, run: JobRun): Promise<JobResult> {
  const rules = await ports.rules.active();
  if (!rules) return { state: firstState, finished: true };
  const cause: ComparisonCause = { reason: 'fullSync', causeId: run.request.causeId };
  const sync = new FullSyncProgress(
    ports,
    run,
    run.state?.kind === 'fullSync' && run.state.step !== 'done' ? run.state : firstState,
  );

  if (sync.state.step === 'groups' && !(await syncGroups(ports, rules, cause, sync))) return sync.result(false);
  if (sync.state.retry === true) return sync.result(true);
  if (sync.state.step === 'users') {
    await tryTidy(ports);
    await tryDiscover(ports, rules);
    sync.count((await compareAccounts(ports, rules.document, cause)).users);
    await sync.save({ kind: 'fullSync', step: 'decide', failed: sync.state.failed });
  }
  if (sync.state.step === 'decide') {
    const passed = await decidePass(ports, rules, sync.state.after, cause, (after) =>
      sync.keepGoing({ ...sync.state, after }),
    );
    sync.count(passed.users);
    if (!passed.finished) return sync.result(false);
    await sync.save({ kind: 'fullSync', step: 'derived', failed: sync.state.failed });
  }
  const checked = await checkDerived(ports, sync.state.after, cause, (after) =>
    sync.keepGoing({ ...sync.state, after }),
  );
  if (checked.finished) await mergeShards(ports, run.request.causeId);
  sync.count(checked.users);
  const { failed = [] } = sync.state;
  if (!checked.finished || failed.length === 0) return sync.result(checked.finished);
  await sync.save({ kind: 'fullSync', step: 'groups', remaining: failed, retry: true });
  throw new IncompleteReadingError(`${failed.length} groups could not be compared; they are tried once more.`);
}

/** A comparison that began before the rules moved may have watched or held what they let go. */
async function tryTidy(ports: Ports): Promise<void> {
  try {
    await watchMapped(ports);
    await settleUnmapped(ports);
  } catch (error) {
    ports.log.error('What the rules let go is still watched or held; the next full sync tries again.', error);
  }
}

/** What nobody looks at before tomorrow must not keep accounts and decisions from being compared. */
async function tryDiscover(ports: Ports, rules: ActiveRules): Promise<void> {
  try {
    await discoverGroups(ports, rules);
  } catch (error) {
    ports.log.error(
      'The groups could not be searched for names and patterns; the next full sync does it again.',
      error,
    );
  }
}
