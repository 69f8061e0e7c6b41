import type { Hold, ListingTime, LossClaim, LossRow } from '../model/hold.ts';
import type { HoldPolicy } from '../model/rules-document.ts';

/** The window is counted in this many buckets: a loss leaves it up to one bucket late, so the ledger errs on the holding side. */
const buckets = 48;
/** Approvals kept; older ones are for facts that are long gone. */
const maxApprovals = 50;
/**
 * How long an approval is good, in milliseconds: longer than any outage that could keep it from being applied. Somebody who came
 * back before it was must not be lost by it much later, uncounted.
 */
const approvalMilliseconds = 7 * 24 * 3_600_000;

/** A ledger that nothing was claimed in yet. */
export function emptyHold(ledger: string): Hold {
  const nothing = { passed: {}, lostSinceBase: 0, held: false, pending: 0, approvals: [] };
  return { ledger, epoch: 1, lastNumber: 0, base: undefined, ...nothing };
}

/** What a claim comes to; `hold` and `row` are what has to be written, absent when nothing has. */
export interface Verdict {
  readonly verdict: 'passed' | 'held';
  readonly hold?: Hold;
  readonly row?: LossRow;
}

/**
 * Counts one loss. The same loss (same `since`, same epoch) is counted once, however often it is claimed; a row that an approval
 * named passes; anything else is counted anew, and refused when it crosses the line or the ledger is held.
 */
export function claimLoss(
  hold: Hold,
  known: LossRow | undefined,
  claim: LossClaim,
  policy: HoldPolicy,
  now: Date,
): Verdict {
  const said = standing(hold, known, claim.since, policy, now);
  if (said) return { verdict: said };
  const deleted = claim.groupDeleted && policy.groupDeleted === 'hold';
  const refused = hold.held || deleted || crossesLine(hold, policy, 1, now);
  const number = hold.lastNumber + 1;
  const row = {
    userId: claim.userId,
    since: claim.since,
    epoch: hold.epoch,
    number,
    claimedDateTime: now.toISOString(),
  };
  if (refused) {
    const held = latch({ ...hold, lastNumber: number }, deleted ? 'groupDeleted' : 'lossThreshold', now);
    const alreadyWaits = known?.pending === true && known.epoch === hold.epoch;
    const pending = held.pending + (alreadyWaits ? 0 : 1);
    return { verdict: 'held', hold: { ...held, pending }, row: { ...row, pending: true } };
  }
  return {
    verdict: 'passed',
    hold: countPassed({ ...hold, lastNumber: number }, policy, now),
    row: { ...row, pending: false },
  };
}

/**
 * True when this many further losses are too many, with those that passed in the window, or leave nobody, with those that passed
 * since the base was counted: whoever left before is not among the base, and leaves nobody behind a second time.
 */
export function crossesLine({ base = 0, ...hold }: Hold, policy: HoldPolicy, losses: number, now: Date): boolean {
  const inWindow = passedInWindow(hold, policy, now) + losses;
  return areTooMany(inWindow, base, policy) || leaveNobody(hold.lostSinceBase + losses, base);
}

/** The line: losses exceed both the percentage of the base and the minimum, or leave nobody of a base of three or more. */
export function isBeyondLine(losses: number, base: number, policy: HoldPolicy): boolean {
  return areTooMany(losses, base, policy) || leaveNobody(losses, base);
}

function areTooMany(losses: number, base: number, { lossPercent, lossMinimum }: HoldPolicy): boolean {
  return losses > (base * lossPercent) / 100 && losses > lossMinimum;
}

function leaveNobody(losses: number, base: number): boolean {
  return base >= 3 && losses >= base;
}

/**
 * A complete comparison counted the members anew. Somebody whose loss passed while it listed, or less than a lag before, may be
 * among them: then as many losses go on counting as the members are more than were left. Undefined: nothing to write.
 */
export function rebaseHold(hold: Hold, members: number, { startedAt, lagMilliseconds }: ListingTime): Hold | undefined {
  const { lastPassedDateTime: last, lostSinceBase: lost, base = 0 } = hold;
  const showsAll = last === undefined || Date.parse(last) < startedAt.getTime() - lagMilliseconds;
  const unseen = showsAll ? 0 : Math.min(lost, Math.max(0, members - (base - lost)));
  return hold.base === members && unseen === lost ? undefined : { ...hold, base: members, lostSinceBase: unseen };
}

/** Losses that passed since the last approval and are still in the window. */
export function passedInWindow(hold: Pick<Hold, 'passed'>, policy: HoldPolicy, now: Date): number {
  return Object.entries(hold.passed)
    .filter(([start]) => Date.parse(start) + bucketMilliseconds(policy) > now.getTime() - windowMilliseconds(policy))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** Those of a whole difference that no row of the ledger counts or an approval lets pass. */
export function uncountedLosses<Loss extends Pick<LossClaim, 'userId' | 'since'>>(
  hold: Hold,
  known: ReadonlyMap<string, LossRow>,
  losses: readonly Loss[],
  policy: HoldPolicy,
  now: Date,
): readonly Loss[] {
  return losses.filter(({ userId, since }) => standing(hold, known.get(userId), since, policy, now) === undefined);
}

/** The rows to write as pending for a whole difference; those that are counted already stay as they are. */
export function raiseLosses(
  hold: Hold,
  known: ReadonlyMap<string, LossRow>,
  losses: readonly Pick<LossClaim, 'userId' | 'since'>[],
  {
    reason,
    policy,
    now,
  }: { readonly reason: 'lossThreshold' | 'groupDeleted'; readonly policy: HoldPolicy; readonly now: Date },
): { readonly hold: Hold; readonly rows: readonly LossRow[] } {
  const uncounted = uncountedLosses(hold, known, losses, policy, now);
  if (uncounted.length === 0) return { hold, rows: [] };
  const rows = uncounted.map(({ userId, since }, index) => ({
    userId,
    since,
    epoch: hold.epoch,
    number: hold.lastNumber + 1 + index,
    pending: true,
    claimedDateTime: now.toISOString(),
  }));
  const waiting = rows.filter(({ userId }) => {
    const row = known.get(userId);
    return !(row?.pending === true && row.epoch === hold.epoch);
  }).length;
  const held = latch(hold, reason, now);
  return { hold: { ...held, lastNumber: hold.lastNumber + rows.length, pending: held.pending + waiting }, rows };
}

/** A pending row is gone; without pending rows the hold ends. */
export function settleLoss(hold: Hold, row: LossRow): Hold {
  if (!hold.held || !row.pending || row.epoch !== hold.epoch) return hold;
  const pending = Math.max(0, hold.pending - 1);
  return pending === 0 ? endHold(hold) : { ...hold, pending };
}

/** Lets the rows numbered up to `through` pass for a week, with a new base and nothing counted; later ones are counted anew. */
export function approveHold(hold: Hold, through: number, base: number, now: Date): Hold {
  const until = new Date(now.getTime() + approvalMilliseconds).toISOString();
  const approvals = [...hold.approvals, { epoch: hold.epoch, through, until }].slice(-maxApprovals);
  return { ...endHold(hold), passed: {}, lostSinceBase: 0, approvals, base };
}

/**
 * Every end starts a new epoch, so rows of the old one speak no more. What passed in the window goes on counting: only a person may
 * forget it, or a group would drain while somebody comes and goes.
 */
export function endHold(hold: Hold): Hold {
  const { heldSince, reason, ...rest } = hold;
  return { ...rest, epoch: hold.epoch + 1, held: false, pending: 0 };
}

/** What a row already says of a loss; undefined: it is another loss, or too long ago to count. */
function standing(
  hold: Hold,
  row: LossRow | undefined,
  since: string,
  policy: HoldPolicy,
  now: Date,
): 'passed' | 'held' | undefined {
  if (row?.since !== since) return undefined;
  if (isApproved(hold, row, now)) return 'passed';
  if (row.epoch !== hold.epoch) return undefined;
  if (row.pending) return 'held';
  return isInWindow(row.claimedDateTime, policy, now) ? 'passed' : undefined;
}

function latch(hold: Hold, reason: 'lossThreshold' | 'groupDeleted', now: Date): Hold {
  return hold.held ? hold : { ...hold, held: true, heldSince: now.toISOString(), reason };
}

function isApproved(hold: Hold, row: LossRow, now: Date): boolean {
  return hold.approvals.some(
    ({ epoch, through, until }) => epoch === row.epoch && row.number <= through && now.getTime() <= Date.parse(until),
  );
}

function countPassed(hold: Hold, policy: HoldPolicy, now: Date): Hold {
  const width = bucketMilliseconds(policy);
  const start = new Date(Math.floor(now.getTime() / width) * width).toISOString();
  const oldest = now.getTime() - windowMilliseconds(policy) - width;
  const kept = Object.entries(hold.passed).filter(([at]) => Date.parse(at) > oldest);
  const passed = Object.fromEntries(kept);
  const since = { lostSinceBase: hold.lostSinceBase + 1, lastPassedDateTime: now.toISOString() };
  return { ...hold, ...since, passed: { ...passed, [start]: (passed[start] ?? 0) + 1 } };
}

function isInWindow(dateTime: string, policy: HoldPolicy, now: Date): boolean {
  return Date.parse(dateTime) > now.getTime() - windowMilliseconds(policy);
}

function windowMilliseconds(policy: HoldPolicy): number {
  return policy.windowHours * 3_600_000;
}

function bucketMilliseconds(policy: HoldPolicy): number {
  return windowMilliseconds(policy) / buckets;
}
