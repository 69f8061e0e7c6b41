import type { FullSyncState } from '../model/job-state.ts';
import type { Ports } from '../ports.ts';
import type { JobResult, JobRun } from './run-job.ts';

/** How far one run of a full sync came. */
export class FullSyncProgress {
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
    const counts = { users: this.#users };
    if (!finished) return { state: this.state, finished, counts };
    const { failed = [] } = this.state;
    this.#ports.log.info('A full sync is complete.', { ...counts, failedGroups: failed.length });
    // Whoever looks at the row sees which groups were left out.
    return { state: { kind: 'fullSync', step: 'done', failed }, finished, counts };
  }
}
