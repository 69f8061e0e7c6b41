import { IncompleteReadingError } from '../errors.ts';
import { mappedGroups, type ActiveRules, type MappedGroup } from '../model/active-rules.ts';
import type { FullSyncState } from '../model/job-state.ts';
import type { Ports } from '../ports.ts';
import { checkDerived } from './check-derived.ts';
import { compareAccounts } from './compare-accounts.ts';
import { compareGroup } from './compare-group.ts';
import { decidePass } from './decide-pass.ts';
import { discoverGroups } from './discover-groups.ts';
import { LookList, type ComparisonCause } from './look-list.ts';
import { mergeShards } from './merge-shards.ts';
import type { JobResult, JobRun } from './run-job.ts';
import { settleUnmapped } from './settle-repaired.ts';
import { watchMapped } from './watch-mapped.ts';

const firstState: FullSyncState = { kind: 'fullSync', step: 'groups' };

/**
 * The daily comparison of everything recorded with the directory: mapped groups, accounts, decisions, derived rows. Its cost
 * is pages, not users: it enqueues only those who differ, and no drift sends no message.
 */
export async function fullSync(ports: Ports, run: JobRun): Promise<JobResult> {
  const rules = await ports.rules.active();
  if (!rules) return { state: firstState, finished: true };
  const cause: ComparisonCause = { reason: 'fullSync', causeId: run.request.causeId };
  const sync = new Progress(
    ports,
    run,
    run.state?.kind === 'fullSync' && run.state.step !== 'done' ? run.state : firstState,
  );

  if (sync.state.step === 'groups' && !(await syncGroups(ports, rules, cause, sync))) return sync.result(false);
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
  await sync.save({ kind: 'fullSync', step: 'groups', remaining: failed });
  throw new IncompleteReadingError(`${failed.length} groups could not be compared; they are tried again.`);
}

/** Checkpoints are seconds apart: a user of several groups that are compared between two of them is enqueued once. */
const checkpointMilliseconds = 15_000;

async function syncGroups(ports: Ports, rules: ActiveRules, cause: ComparisonCause, sync: Progress): Promise<boolean> {
  const mapped = mappedGroups(rules);
  const looks = new LookList(ports, cause);
  let remaining = sync.state.remaining ?? [...mapped.keys()].sort();
  const failed = [...(sync.state.failed ?? [])];
  let savedAt = ports.clock.now().getTime();
  while (remaining.length > 0) {
    const [groupId, ...rest] = remaining;
    const group = groupId === undefined ? undefined : mapped.get(groupId);
    if (group && !(await tryCompare(ports, group, rules, looks))) failed.push(group.groupId);
    remaining = rest;
    const now = ports.clock.now().getTime();
    if (now - savedAt < checkpointMilliseconds && !looks.isFull()) continue;
    savedAt = now;
    sync.count(await looks.flush());
    if (!(await sync.keepGoing({ ...sync.state, remaining, failed })) && remaining.length > 0) return false;
  }
  sync.count(await looks.flush());
  await sync.save({ kind: 'fullSync', step: 'users', failed });
  return true;
}

/** One group that can't be compared must not keep everything behind it from being compared. */
async function tryCompare(ports: Ports, group: MappedGroup, rules: ActiveRules, looks: LookList): Promise<boolean> {
  try {
    looks.add(await compareGroup(ports, group, rules.document));
    return true;
  } catch (error) {
    ports.log.error('A group could not be compared; it is tried again when everything else is.', error, {
      groupId: group.groupId,
    });
    return false;
  }
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

/** How far one run came. */
class Progress {
  readonly #ports: Ports;
  readonly #run: JobRun;
  #users = 0;
  state: FullSyncState;

  constructor(ports: Ports, run: JobRun, state: FullSyncState) {
    this.#ports = ports;
    this.#run = run;
    this.state = state;
  }

  count(users: number): void {
    this.#users += users;
  }

  async save(state: FullSyncState): Promise<void> {
    this.state = state;
    await this.#run.checkpoint(state, { users: this.#users });
  }

  /** Saves, and says whether there is time left. */
  async keepGoing(state: FullSyncState): Promise<boolean> {
    await this.save(state);
    return !this.#run.overBudget();
  }

  result(finished: boolean): JobResult {
    if (finished) this.#ports.log.info('A full sync is complete.', { users: this.#users });
    const state: FullSyncState = finished ? { kind: 'fullSync', step: 'done' } : this.state;
    return { state, finished, counts: { users: this.#users } };
  }
}
