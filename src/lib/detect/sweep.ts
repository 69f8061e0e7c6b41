import { DeltaResetError } from '../errors.ts';
import type { DeltaPage } from '../model/directory.ts';
import type { SweepState } from '../model/job-state.ts';
import type { Ports } from '../ports.ts';
import type { JobResult, JobRun } from './run-job.ts';
import { groupsStream } from './sweep-groups.ts';
import { usersStream } from './sweep-users.ts';

/** A delta link is given up a day before Graph does (7 days). */
const linkLifeMilliseconds = 6 * 24 * 3600 * 1000;

/** What differs between the streams of groups and of users. */
export interface DeltaStream<T> {
  /** The first page of a round that starts from now; its entries tell nothing. Undefined: there is nothing to follow. */
  start(state: SweepState): Promise<{ page: DeltaPage<T>; state: SweepState } | undefined>;
  next(link: string): Promise<DeltaPage<T>>;
  /** Enqueues whom a page speaks of; returns how many. Done before the page's link is stored. */
  enqueue(entries: readonly T[]): Promise<number>;
  /** Asks for the comparison that covers what happened before a fresh start. */
  coverGap(state: SweepState): Promise<void>;
}

/** The sweep job: one delta stream, read to the end of its round. */
export async function sweep(ports: Ports, run: JobRun): Promise<JobResult> {
  return run.request.id === 'users'
    ? readRound(ports, run, usersStream(ports, run))
    : readRound(ports, run, groupsStream(ports, run));
}

async function readRound<T>(ports: Ports, run: JobRun, stream: DeltaStream<T>): Promise<JobResult> {
  let state: SweepState = run.state?.kind === 'sweep' ? run.state : { kind: 'sweep' };
  let users = 0;
  let readAgain = false;
  // When the round began that is being read; undefined: in an earlier run.
  let began = state.nextLink === undefined ? ports.clock.now() : undefined;
  const seen = new Set<string>();
  for (let pages = 1; ; pages += 1) {
    const link = state.nextLink ?? usableDeltaLink(ports, state);
    if (link === undefined) return await startRound(ports, stream, state);
    if (seen.has(link)) {
      // Reading it again would go in the same circle; a round from now, with everything compared, ends it.
      ports.log.warn('A delta round repeated a link, so a new one was started.', { id: run.request.id });
      return await startRound(ports, stream, withoutLinks(state));
    }
    seen.add(link);
    const page = await nextPage(stream, link, state);
    if (page === 'restart') {
      // A link inside the round died: the round is read once more from its start. That died, too: a new one, from now.
      const { nextLink, ...fromDeltaLink } = state;
      state = nextLink === undefined || readAgain ? withoutLinks(state) : fromDeltaLink;
      readAgain = true;
      began = ports.clock.now();
      seen.clear();
      continue;
    }
    users += await stream.enqueue(page.entries);
    state = advance(ports, state, page);
    if (page.delta !== undefined) {
      return { state, finished: true, counts: { users, pages }, remove: mayGo(ports, state, began) };
    }
    await run.checkpoint(state, { users, pages });
    if (run.overBudget()) return { state, finished: false, counts: { users, pages } };
  }
}

/** A retiring shard goes when it has told everything from before, which its replica may have learnt a lag later. */
function mayGo(ports: Ports, { retiring, retiredDateTime }: SweepState, began: Date | undefined): boolean {
  if (retiring !== true || retiredDateTime === undefined) return retiring === true;
  return began !== undefined && began.getTime() - Date.parse(retiredDateTime) >= ports.lagMilliseconds;
}

function withoutLinks({ nextLink, deltaLink, linkDateTime, ...rest }: SweepState): SweepState {
  return rest;
}

async function nextPage<T>(stream: DeltaStream<T>, link: string, state: SweepState): Promise<DeltaPage<T> | 'restart'> {
  try {
    return await stream.next(link);
  } catch (error) {
    if (error instanceof DeltaResetError && (state.nextLink ?? state.deltaLink) !== undefined) return 'restart';
    throw error;
  }
}

/** The comparison is asked for before the link is stored, so that a crash between the two repeats it instead of losing it. */
async function startRound<T>(ports: Ports, stream: DeltaStream<T>, state: SweepState): Promise<JobResult> {
  if (state.retiring === true) {
    // What its link would have told is compared instead; the shard it was merged into goes on.
    await stream.coverGap(state);
    return { state, finished: true, remove: true };
  }
  const started = await stream.start(state);
  if (!started) return { state, finished: true };
  await stream.coverGap(started.state);
  return { state: advance(ports, started.state, started.page), finished: started.page.delta !== undefined };
}

/** The state after a page: inside the round, or at its end with the only link worth keeping. */
export function advance(ports: Ports, state: SweepState, page: DeltaPage<unknown>): SweepState {
  const { nextLink, ...rest } = state;
  if (page.next !== undefined) return { ...rest, nextLink: page.next };
  if (page.delta === undefined) throw new DeltaResetError('A delta page has no link; the round is started again.');
  return { ...rest, deltaLink: page.delta, linkDateTime: ports.clock.now().toISOString() };
}

function usableDeltaLink(ports: Ports, state: SweepState): string | undefined {
  if (state.deltaLink === undefined || state.linkDateTime === undefined) return undefined;
  const age = ports.clock.now().getTime() - Date.parse(state.linkDateTime);
  return age < linkLifeMilliseconds ? state.deltaLink : undefined;
}
