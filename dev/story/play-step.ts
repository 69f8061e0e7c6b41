import { setTimeout } from 'node:timers/promises';
import type { StoredAuditEntry } from '../oracle/read-tables.ts';
import { readUser, type StoredUser } from '../oracle/read-user.ts';
import type { Stack } from '../stack.ts';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';
import { tellChange } from '../start/tell-change.ts';
import { idsOf } from './cast.ts';
import { unmet } from './expectation.ts';
import { perform, type Stage } from './perform.ts';
import type { Step } from './steps.ts';

/** One line of the story's table. */
export interface PlayedStep {
  readonly event: string;
  readonly who: string;
  /** What changed, for example `+ role user`. */
  readonly what: string;
  readonly feeds: string;
  /** Milliseconds of the machine from the last action to the record. */
  readonly milliseconds: number;
  /** Simulated seconds that were skipped meanwhile. */
  readonly skippedSeconds: number;
}

const defaultBefore = 3;
const pause = 20;
/** Machine time without the change before the clock is moved, how far it is moved, and how often. */
const patience = 6000;
const nudge = 2000;
const nudges = 10;

/**
 * Plays one step: lets time pass, acts, waits until every expectation is met.
 *
 * @throws Error naming what is missing when that does not happen, or the feed when another one brought it
 */
export async function playStep(step: Step, stage: Stage): Promise<PlayedStep> {
  const { stack } = stage;
  await stack.settled();
  await stack.advance((step.before ?? defaultBefore) * 1000);
  await stack.settled();
  const before = await readAll(step, stage);

  const offset = stack.clock.offset();
  for (const action of step.actions) await perform(action, stage);
  const actedAt = performance.now();
  if (step.after !== undefined) await stack.advance(step.after * 1000);
  const users = await untilMet(step, stage);
  const milliseconds = Math.round(performance.now() - actedAt);

  const entries = [...users].flatMap(([id, user]) => user.entries.slice(before.get(id)?.entries.length ?? 0));
  const feeds = [...new Set(entries.map(({ reason }) => reason))];
  if (!feeds.some((feed) => step.feeds.includes(feed))) {
    throw new Error(`'${step.event}' came by ${feeds.join(', ')} instead of ${step.feeds.join(' or ')}.`);
  }
  return {
    event: step.event,
    who: tellWho([...users.keys()], stack),
    what: tellWhat(entries, stack),
    feeds: feeds.join(', '),
    milliseconds,
    skippedSeconds: Math.round((stack.clock.offset() - offset) / 1000),
  };
}

async function untilMet(step: Step, stage: Stage): Promise<Users> {
  for (let nudged = 0; ; nudged += 1) {
    const deadline = performance.now() + patience;
    let missing: string | undefined;
    do {
      const users = await readAll(step, stage);
      missing = step.expect.map((one) => unmet(one, users, stage.cast)).find((fault) => fault !== undefined);
      if (missing === undefined) return users;
      await setTimeout(pause);
    } while (performance.now() < deadline);
    if (nudged === nudges) throw new Error(`'${step.event}' did not happen: ${missing}.`);
    await stage.stack.advance(nudge);
  }
}

type Users = ReadonlyMap<string, StoredUser>;

/** Everybody whom a step's expectations speak of and who is on stage. */
async function readAll(step: Step, { stack, cast }: Stage): Promise<Users> {
  const ids = [...new Set(step.expect.flatMap(({ who }) => idsOf(cast, who)))];
  const users = ids.map(async (id) => [id, await readUser(stack.storage, SAMPLE_TENANT.tenantId, id)] as const);
  return new Map(await Promise.all(users));
}

function tellWho(ids: readonly string[], { simulator }: Stack): string {
  const { directory } = simulator.world.tenant(SAMPLE_TENANT.tenantId);
  const names = ids.map((id) => (directory.user(id) ?? directory.deletedUser(id))?.displayName ?? id);
  return names.length > 2 ? `${names.length} people` : names.join(', ');
}

/** Equal changes of several people are told once, with their number. */
function tellWhat(entries: readonly StoredAuditEntry[], { simulator }: Stack): string {
  const { directory } = simulator.world.tenant(SAMPLE_TENANT.tenantId);
  const groupName = (id: string): string => (directory.group(id) ?? directory.deletedGroup(id))?.displayName ?? id;
  const counts = new Map<string, number>();
  for (const what of entries.flatMap((entry) => tellChange(entry, groupName).what)) {
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => (count === 1 ? what : `${count}x ${what}`)).join(', ');
}
