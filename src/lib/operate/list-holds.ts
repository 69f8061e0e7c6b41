import { inParallel } from '../in-parallel.ts';
import type { Identity } from '../model/access.ts';
import { type ActiveRules, mappedGroups } from '../model/active-rules.ts';
import { type GroupDescription, describeGroup } from '../model/group-description.ts';
import type { Hold, LossRow } from '../model/hold.ts';
import { type WouldLose, wouldLose } from '../plan/would-lose.ts';
import type { Ports } from '../ports.ts';
import type { Needs } from './needs.ts';

/**
 * A hold that waits for a person, with the list to read: approval names the number of its last row. What its group is and where
 * members can be added again is as the group said when it was last asked.
 */
export interface OpenHold extends Partial<GroupDescription> {
  readonly ledger: string;
  /** The group's name; absent for `accounts` and for a group that is neither watched nor mapped any more. */
  readonly displayName?: string;
  readonly heldSince: string | undefined;
  readonly reason: Hold['reason'];
  readonly base: number | undefined;
  /** In order of number. */
  readonly pending: readonly PendingLoss[];
}

/** Somebody who waits, and keeps everything meanwhile. */
export interface PendingLoss extends Pick<Identity, 'displayName' | 'userPrincipalName'> {
  readonly number: number;
  readonly userId: string;
  /** Since when the fact that is to be lost has been recorded. */
  readonly since: string;
  readonly claimedDateTime: string;
  /** Empty: the loss takes nothing that is in effect. */
  readonly wouldLose: readonly WouldLose[];
}

type HoldPorts = Pick<Ports, 'clock'> &
  Needs<{ ledger: 'list' | 'pending'; rules: 'active'; access: 'read'; watched: 'list' }>;

/** Users read at once. */
const width = 16;

/** All holds of a tenant that are open. */
export async function listHolds(ports: HoldPorts): Promise<readonly OpenHold[]> {
  const [rules, groups] = await Promise.all([ports.rules.active(), ports.watched.list()]);
  const watched = new Map(groups.map((group) => [group.groupId, group]));
  const open: OpenHold[] = [];
  for await (const hold of ports.ledger.list()) {
    if (!hold.held) continue;
    const rows: LossRow[] = [];
    for await (const row of ports.ledger.pending(hold.ledger)) rows.push(row);
    const pending: PendingLoss[] = [];
    await inParallel(rows, width, async (row) => {
      pending.push(await describe(ports, row, hold.ledger, rules));
    });
    const { ledger, heldSince, reason, base } = hold;
    const group = watched.get(ledger);
    const displayName = group?.displayName ?? (rules && mappedGroups(rules).get(ledger)?.displayName);
    open.push({
      ledger,
      ...(displayName === undefined ? {} : { displayName }),
      ...(group?.info === undefined ? {} : describeGroup(group.info)),
      heldSince,
      reason,
      base,
      pending: pending.sort((a, b) => a.number - b.number),
    });
  }
  return open;
}

async function describe(
  ports: HoldPorts,
  { number, userId, since, claimedDateTime }: LossRow,
  ledger: string,
  rules: ActiveRules | undefined,
): Promise<PendingLoss> {
  const { record, exceptions } = await ports.access.read(userId);
  const { displayName, userPrincipalName } = record?.identity ?? {};
  return {
    number,
    userId,
    ...(displayName === undefined ? {} : { displayName }),
    ...(userPrincipalName === undefined ? {} : { userPrincipalName }),
    since,
    claimedDateTime,
    wouldLose: record && rules ? wouldLose({ record, exceptions }, ledger, rules, ports.clock.now()) : [],
  };
}
