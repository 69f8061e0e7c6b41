import { accountsLedger, type LossRow } from '../model/hold.ts';
import { newReconcileRequest } from '../model/new-request.ts';
import { holdsAccess } from '../plan/holds-access.ts';
import type { Ports } from '../ports.ts';
import { listedMembers } from './compare-members.ts';
import type { Needs } from './needs.ts';

/** A person's approval of held losses. */
export interface Approval {
  readonly ledger: string;
  /** Number of the last row of the list that the person read. */
  readonly through: number;
  /** Who approves, for the audit. */
  readonly approver: string;
}

export type ApprovalOutcome =
  | { readonly kind: 'approved'; readonly operationId: string; readonly users: number }
  | { readonly kind: 'notHeld' }
  /** The number is beyond the list: nobody can have read that far. */
  | { readonly kind: 'beyondList'; readonly lastNumber: number }
  /** Nobody up to the number waits any more: the list that was read is of a hold that has ended. */
  | { readonly kind: 'beforeList'; readonly firstNumber: number };

export type ApprovalPorts = Pick<Ports, 'tenantId' | 'clock' | 'newId' | 'log'> &
  Needs<{
    directory: 'listMembers';
    derived: 'members' | 'accounts';
    watched: 'find';
    rules: 'active';
    ledger: 'find' | 'pending' | 'approve';
    tenantAudit: 'append';
    reconcileQueue: 'send';
  }>;

/** Seconds before the messages that are sent ahead of the approval are seen, and one more for each so many of them. */
const headStartSeconds = 5;
const sentPerSecond = 500;

/** More users than this are bulk work. */
const maxFresh = 20;

/**
 * Ends a hold: losses listed up to the number pass, later ones are counted anew. The decision is audited first. The users'
 * messages are sent before the approval, to be seen after it, so that a crash in between forgets nobody; a reconcile that
 * comes too early finds the hold and does nothing.
 */
export async function approveHold(ports: ApprovalPorts, approval: Approval): Promise<ApprovalOutcome> {
  const { ledger, through, approver } = approval;
  const hold = await ports.ledger.find(ledger);
  if (hold?.held !== true) return { kind: 'notHeld' };
  if (through > hold.lastNumber) return { kind: 'beyondList', lastNumber: hold.lastNumber };
  const pending = await waitingRows(ports, ledger);
  const approved = new Set(pending.filter((row) => row.number <= through).map((row) => row.userId));
  const [first] = pending;
  if (first !== undefined && approved.size === 0) return { kind: 'beforeList', firstNumber: first.number };
  const base = await membersAfter(ports, ledger, approved);

  const operationId = ports.newId();
  const details = { ledger, through, losses: approved.size };
  await ports.tenantAudit.append({ initiatedBy: approver, action: 'approveHold', causeId: operationId, details });

  const delaySeconds = headStartSeconds + Math.ceil(pending.length / sentPerSecond);
  const dueBy = ports.clock.now().getTime() + (delaySeconds - 1) * 1000;
  const waiting = pending.map((row) => row.userId);
  await enqueue(ports, waiting, operationId, delaySeconds);
  const released = await ports.ledger.approve(ledger, through, base);
  if (released === undefined) return { kind: 'notHeld' };
  const sent = new Set(waiting);
  const late = ports.clock.now().getTime() >= dueBy;
  await enqueue(ports, late ? released : released.filter((userId) => !sent.has(userId)), operationId, 0);
  ports.log.info('A hold is approved.', { ...details, operationId, approver });
  return { kind: 'approved', operationId, users: released.length };
}

async function waitingRows(ports: ApprovalPorts, ledger: string): Promise<readonly LossRow[]> {
  const rows: LossRow[] = [];
  for await (const row of ports.ledger.pending(ledger)) rows.push(row);
  return rows;
}

/** The members that remain, listed or recorded, whichever are more; a group that is deleted lists none. */
async function membersAfter(ports: ApprovalPorts, ledger: string, approved: ReadonlySet<string>): Promise<number> {
  if (ledger === accountsLedger) return accountsAfter(ports, approved);
  let recorded = 0;
  for await (const { userId, fact } of ports.derived.members(ledger)) {
    if (fact.member.in && !approved.has(userId)) recorded += 1;
  }
  const isDeleted = (await ports.watched.find(ledger))?.state === 'deleted';
  return isDeleted ? recorded : Math.max(recorded, (await listedMembers(ports, ledger)).size);
}

/** Recorded accounts that remain and have something to lose: losses are counted among these. */
async function accountsAfter(ports: ApprovalPorts, approved: ReadonlySet<string>): Promise<number> {
  const policy = (await ports.rules.active())?.document ?? { disabledAccounts: 'suspend' };
  let holders = 0;
  for await (const { userId, fact } of ports.derived.accounts()) {
    if (holdsAccess(fact.state, policy) && !approved.has(userId)) holders += 1;
  }
  return holders;
}

async function enqueue(
  ports: ApprovalPorts,
  userIds: readonly string[],
  causeId: string,
  delaySeconds: number,
): Promise<void> {
  const origin = { tenantId: ports.tenantId, now: ports.clock.now(), causeId };
  const requests = userIds.map((userId) => newReconcileRequest(origin, userId, 'manual'));
  await ports.reconcileQueue.send(requests, userIds.length > maxFresh ? 'bulk' : 'fresh', delaySeconds);
}
