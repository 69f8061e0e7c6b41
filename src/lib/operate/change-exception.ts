import type { ActiveRules } from '../model/active-rules.ts';
import { isDefined } from '../model/definitions.ts';
import { type AccessException, isOpen, withException } from '../model/exception.ts';
import { noFacts } from '../model/facts.ts';
import type { ExceptionBody } from '../model/operator-request.ts';
import type { Plan } from '../model/plan.ts';
import type { StoredAccess } from '../model/stored-access.ts';
import { type Difference, planFor } from '../plan/changes.ts';
import { decide } from '../plan/decide.ts';
import { feedSummary } from '../plan/feed-summary.ts';
import { exceptionProperty, repairPlan } from '../plan/outside-edit.ts';
import type { Ports } from '../ports.ts';
import { lookInTime, writeDownTimes } from './exception-times.ts';
import type { Needs } from './needs.ts';
import { rulesToDecideBy } from './rules-to-decide-by.ts';

/** Most exceptions of a user that are scheduled or in effect: a record with all of them still fits its limits. */
export const maxOpenExceptions = 50;
/** Writers that may come between before the caller is asked to try again. */
const maxRaces = 5;

/** Which exception is meant, and who asks. */
export interface ExceptionTarget {
  readonly userId: string;
  readonly exceptionId: string;
  /** For the audit. */
  readonly caller: string;
}

/** Why an exception was not written. */
export type ExceptionRefusal =
  | 'noRules'
  | 'unknownUser'
  | 'unknownException'
  | 'undefinedEntitlement'
  | 'endsBeforeItStarts'
  | 'closed'
  | 'tooMany'
  /** Others kept changing the same record. */
  | 'busy';

export type ExceptionOutcome =
  | { readonly kind: 'created' | 'changed' | 'unchanged'; readonly exception: AccessException }
  | { readonly kind: 'refused'; readonly because: ExceptionRefusal };

export type ExceptionPorts = Pick<Ports, 'tenantId' | 'clock' | 'newId' | 'log'> &
  Needs<{
    directory: 'readUser';
    access: 'read' | 'apply';
    rules: 'active' | 'version';
    work: 'schedule';
    reconcileQueue: 'send';
  }>;

/** What an exception is written over. */
interface Present {
  readonly known: AccessException | undefined;
  readonly stored: StoredAccess;
  readonly rules: ActiveRules;
  readonly now: Date;
}

/** Puts an exception beside the directory, or changes one that is not closed. Putting the same again changes nothing. */
export async function putException(
  ports: ExceptionPorts,
  target: ExceptionTarget,
  body: ExceptionBody,
): Promise<ExceptionOutcome> {
  return change(ports, target, ({ known, stored, rules, now }) => {
    if (known?.closedDateTime !== undefined) return 'closed';
    if (!isDefined(rules.document, body.entitlement)) return 'undefinedEntitlement';
    const { startDateTime = known?.startDateTime ?? now.toISOString(), endDateTime } = body;
    if (endDateTime !== undefined && Date.parse(endDateTime) <= Date.parse(startDateTime)) return 'endsBeforeItStarts';
    const others = stored.exceptions.filter((one) => one.id !== target.exceptionId && isOpen(one, now));
    if (others.length >= maxOpenExceptions) return 'tooMany';
    const changed = { changedBy: target.caller, changedDateTime: now.toISOString() };
    return { id: target.exceptionId, ...body, startDateTime, ...changed };
  });
}

/** Closes an exception: it ends now and stays in the history. Closing it again changes nothing. */
export async function closeException(ports: ExceptionPorts, target: ExceptionTarget): Promise<ExceptionOutcome> {
  return change(ports, target, ({ known, now }) => {
    if (known === undefined) return 'unknownException';
    if (known.closedDateTime !== undefined) return known;
    const [by, at] = [target.caller, now.toISOString()];
    return { ...known, changedBy: by, changedDateTime: at, closedBy: by, closedDateTime: at };
  });
}

/**
 * One transaction with everything it leads to, decided on what is recorded, so that it is complete by itself; the user is
 * enqueued behind it. The times to look at the user are written down before, so that a crash in between forgets nobody.
 */
async function change(
  ports: ExceptionPorts,
  target: ExceptionTarget,
  next: (present: Present) => AccessException | ExceptionRefusal,
): Promise<ExceptionOutcome> {
  const { userId, exceptionId, caller } = target;
  const cause = { initiatedBy: caller, reason: 'exception', causeId: ports.newId() };
  for (let race = 0; race < maxRaces; race += 1) {
    const [stored, rules] = await Promise.all([ports.access.read(userId), ports.rules.active()]);
    if (rules === undefined) return { kind: 'refused', because: 'noRules' };
    if (stored.record === undefined && !(await isUser(ports, userId)))
      return { kind: 'refused', because: 'unknownUser' };
    const now = ports.clock.now();
    const known = stored.exceptions.find(({ id }) => id === exceptionId);
    const exception = next({ known, stored, rules, now });
    if (typeof exception === 'string') return { kind: 'refused', because: exception };
    const isSame = known !== undefined && decisionOf(known) === decisionOf(exception);
    // Rules older than the record's were read before they moved; they decide nothing.
    if (!isSame && (stored.record?.rulesVersion ?? 0) > rules.version) continue;
    if (!isSame) {
      await writeDownTimes(ports, userId, exception, now);
      const decidedBy = await rulesToDecideBy(ports, stored, rules, now);
      const plan = planOf(ports, userId, { known, stored, rules: decidedBy, now }, exception);
      if (!(await ports.access.apply(stored, plan, feedSummary(plan), cause, exception))) continue;
      ports.log.info('An exception is written.', { userId, exceptionId, caller, causeId: cause.causeId });
    }
    // Also for one that is there already: whoever wrote it may have ended before this.
    await lookInTime(ports, userId, exception, cause.causeId);
    return { kind: isSame ? 'unchanged' : known ? 'changed' : 'created', exception: isSame ? known : exception };
  }
  return { kind: 'refused', because: 'busy' };
}

async function isUser({ directory }: ExceptionPorts, userId: string): Promise<boolean> {
  return (await directory.readUser(userId, { direct: false, priority: 'normal' })).kind === 'found';
}

/** What a person decided, without who wrote it when. */
function decisionOf({ changedBy, changedDateTime, ...decision }: AccessException): string {
  return JSON.stringify(Object.entries(decision).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is decided anew on the recorded facts. A user without a record gets one; the reconcile that follows learns of them. */
function planOf(
  { tenantId }: ExceptionPorts,
  userId: string,
  { known, stored, rules, now }: Present,
  exception: AccessException,
): Plan {
  const { record, altered } = stored;
  const exceptions = withException(stored.exceptions, exception);
  const facts = record?.facts ?? noFacts;
  const access = decide(facts, rules, exceptions, now);
  const identity = record?.identity ?? {};
  const difference: Difference = { tenantId, userId, recorded: record, identity, facts, access, rules, exceptions };
  const property = exceptionProperty(exception.id, known, exception);
  return altered ? repairPlan(difference, altered, [property]) : planFor(difference, [property]);
}
