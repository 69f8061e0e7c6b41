import { ConflictError } from '../errors.ts';
import type { AccessRecord } from '../model/access.ts';
import type { Plan } from '../model/plan.ts';
import type { ReconcileRequest } from '../model/request.ts';
import { changes, type Difference } from '../plan/changes.ts';
import { decide } from '../plan/decide.ts';
import { feedSummary } from '../plan/feed-summary.ts';
import { repairPlan } from '../plan/outside-edit.ts';
import { factsDiffer, shouldLookAgain } from '../plan/look-again.ts';
import { noFacts } from '../model/facts.ts';
import type { Learned } from '../plan/learn.ts';
import type { Lane } from '../model/request.ts';
import type { Ports } from '../ports.ts';
import { learnFrom } from './learn-from.ts';
import { publishOutbox } from './publish-outbox.ts';
import { readRecorded, readUser, type Sight } from './read-user.ts';
import { askForExpansion, lookAgain, reconcileAgain } from './follow-up.ts';

/** Races lost to other workers before a reconcile gives its message back. */
const maxRaces = 5;

/** What one reconcile did, for the log and the caller. */
export interface ReconcileOutcome {
  /** `noRules`: nothing is in force yet; `notAUser`: the id is a group; `unchanged`: nothing was written. */
  readonly outcome: 'changed' | 'unchanged' | 'notAUser' | 'noRules';
  readonly record?: AccessRecord;
  readonly plan?: Plan;
  readonly looksAgain: boolean;
}

/**
 * The main path: read → learn → decide → apply → publish, for one user. Safe to repeat, to run twice at once and to be killed
 * anywhere: what is written depends on what is read, conditionally on nobody having written since.
 *
 * @param isRepeated the same was tried before, and may have come as far as the write: it finds nothing changed, and looks again
 * @throws whatever a port throws; its kind says what becomes of the message (errors.ts)
 */
export async function reconcileUser(
  ports: Ports,
  request: ReconcileRequest,
  lane: Lane = 'fresh',
  isRepeated = false,
): Promise<ReconcileOutcome> {
  const priority = lane === 'bulk' ? 'low' : 'normal';
  for (let race = 0; race < maxRaces; race += 1) {
    const recorded = await readRecorded(ports, request.userId);
    // What a worker before us left unpublished must not wait for a directory that may be out of reach.
    await publishOutbox(ports, request.userId, recorded.stored.outbox);
    const sight = await readUser(ports, recorded, priority);
    if (!sight) return { outcome: 'noRules', looksAgain: false };
    if (sight.reading.kind === 'group') {
      await askForExpansion(ports, request, [request.hint?.groupId ?? request.userId]);
      if (!sight.stored.record) return { outcome: 'notAUser', looksAgain: false };
    }
    const learned = await learnFrom(ports, sight, 'claim', priority);
    await askForExpansion(ports, request, learned.unanswered);
    const plan = planFrom(ports, sight, learned);
    const applied = plan && (await apply(ports, sight, plan, request));
    if (plan && !applied) continue;
    // Sent before publishing: a failure there brings the message back, but then nothing would have changed.
    const looksAgain = await follow(ports, { request, lane, isRepeated }, sight, learned);
    if (!plan || !applied) return { outcome: 'unchanged', looksAgain };
    await publishOutbox(ports, sight.userId, [applied.outbox]);
    if ((await ports.rules.activeVersion()) !== recorded.rules?.version) await reconcileAgain(ports, request, lane);
    return { outcome: 'changed', record: applied.record, plan, looksAgain };
  }
  throw new ConflictError('The record kept changing while it was reconciled; the message is tried again.');
}

/**
 * Decide and plan: what the record should become, or undefined when it is right as it is. Rows that somebody else wrote are
 * never right.
 */
export function planFrom(ports: Pick<Ports, 'tenantId' | 'clock'>, sight: Sight, learned: Learned): Plan | undefined {
  const { record, exceptions, altered } = sight.stored;
  const difference: Difference = {
    tenantId: ports.tenantId,
    userId: sight.userId,
    recorded: record,
    identity: sight.reading.kind === 'found' ? sight.reading.identity : (record?.identity ?? {}),
    facts: learned.facts,
    access: decide(learned.facts, sight.rules, exceptions, ports.clock.now()),
    rules: sight.rules,
    exceptions,
  };
  return altered ? repairPlan(difference, altered) : changes(difference);
}

async function apply(
  ports: Ports,
  sight: Sight,
  plan: Plan,
  request: ReconcileRequest,
): ReturnType<Ports['access']['apply']> {
  const { altered } = sight.stored;
  const reason = altered ? 'repair' : request.reason;
  const cause = { initiatedBy: 'Rolecall', reason, causeId: request.causeId };
  const applied = await ports.access.apply(sight.stored, plan, feedSummary(plan), cause);
  if (altered && applied) {
    const keys = { userId: sight.userId, row: altered.row };
    ports.log.warn('Somebody edited what is recorded of a user; it is repaired.', keys);
  }
  return applied;
}

interface Attempt {
  readonly request: ReconcileRequest;
  readonly lane: Lane;
  readonly isRepeated: boolean;
}

async function follow(
  ports: Ports,
  { request, lane, isRepeated }: Attempt,
  sight: Sight,
  learned: Learned,
): Promise<boolean> {
  const again = shouldLookAgain({
    look: request.look ?? 0,
    isRepeated,
    factsChanged: factsDiffer(sight.stored.record?.facts ?? noFacts, learned.facts),
    tooYoung: learned.tooYoung,
    rulesWait: sight.rulesWait,
    hint: request.hint,
    reading: sight.reading,
  });
  if (again) await lookAgain(ports, request, lane);
  return again;
}
