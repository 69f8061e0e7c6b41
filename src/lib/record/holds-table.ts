import { odata, type TransactionAction } from '@azure/data-tables';
import type { Log } from '../log.ts';
import type { Hold, LossRow } from '../model/hold.ts';
import { tenantPartition } from '../model/keys.ts';
import {
  approveHold,
  claimLoss,
  crossesLine,
  emptyHold,
  endHold,
  raiseLosses,
  rebaseHold,
  settleLoss,
  uncountedLosses,
} from '../plan/hold-line.ts';
import type { Clock, Ledger } from '../ports.ts';
import type { Tables } from './connect-tables.ts';
import { holdKey, holdRow, ledgerPartition, lossKey, lossPrefix, lossRow, parseHold, parseLoss } from './hold-rows.ts';
import { commit, endOf, findRow, listRows, rowsWith, untilWon } from './rows.ts';

/** Rows of a difference that one transaction writes beside the hold row; a transaction holds 100. */
const chunkSize = 99;

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
}

interface StoredHold {
  readonly hold: Hold;
  readonly etag: string | undefined;
}

/** Loss rows that change together with their hold. */
interface Rows {
  readonly put?: readonly LossRow[];
  /** Ids of users. */
  readonly deleted?: readonly string[];
}

/** The ledgers of one tenant: table `holds`. Every write is one transaction that includes the conditional hold row. */
export function createHoldsTable(tables: Tables, tenantId: string, { clock, log }: Deps): Ledger {
  const table = tables.holds;

  const find = async (ledger: string): Promise<StoredHold> => {
    const row = await findRow(table, ledgerPartition(tenantId, ledger), holdKey);
    return row ? { hold: parseHold(row), etag: row.etag } : { hold: emptyHold(ledger), etag: undefined };
  };
  const findLoss = async (ledger: string, userId: string): Promise<LossRow | undefined> => {
    const row = await findRow(table, ledgerPartition(tenantId, ledger), lossKey(userId));
    return row && parseLoss(row);
  };
  const losses = async (ledger: string): Promise<ReadonlyMap<string, LossRow>> => {
    const rows = new Map<string, LossRow>();
    for await (const row of listRows(table, rowsWith(ledgerPartition(tenantId, ledger), lossPrefix))) {
      const loss = parseLoss(row);
      rows.set(loss.userId, loss);
    }
    return rows;
  };
  /** Writes a hold as it follows from the one before, with the rows that changed. Undefined: somebody else was first. */
  const write = async (before: StoredHold, hold: Hold, rows: Rows = {}): Promise<true | undefined> => {
    const partitionKey = ledgerPartition(tenantId, hold.ledger);
    const row = holdRow(tenantId, hold);
    const written = await commit(table, [
      before.etag === undefined ? ['create', row] : ['update', row, 'Replace', { etag: before.etag }],
      ...(rows.put ?? []).map((loss): TransactionAction => ['upsert', lossRow(tenantId, hold.ledger, loss), 'Replace']),
      ...(rows.deleted ?? []).map((id): TransactionAction => ['delete', { partitionKey, rowKey: lossKey(id) }]),
    ]);
    const latches = !before.hold.held && hold.held;
    if (written || (latches && (await isOurs(hold.ledger, rows.put?.[0])))) announce(log, before.hold, hold);
    return written || undefined;
  };
  /** A write whose answer was lost looks like a lost race: the row that it wrote tells. The alert must not be lost with it. */
  const isOurs = async (ledger: string, written: LossRow | undefined): Promise<boolean> => {
    const there = written && (await findLoss(ledger, written.userId));
    return there?.number === written?.number && there?.claimedDateTime === written?.claimedDateTime;
  };
  /** Writers of one process take turns, so that only processes race for a hold: in a mass removal every loss writes it. */
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = <T>(ledger: string, attempt: () => Promise<T | undefined>): Promise<T> => {
    const take = (): Promise<T> => untilWon(`The ledger ${ledger}`, attempt);
    const turn = (turns.get(ledger) ?? Promise.resolve()).then(take);
    turns.set(
      ledger,
      turn.catch(() => undefined),
    );
    return turn;
  };
  /** Changes a hold alone; `change` says undefined when there is nothing to change. */
  const change = async (ledger: string, make: (hold: Hold) => Hold | undefined): Promise<void> => {
    await inTurn(ledger, async () => {
      const stored = await find(ledger);
      const hold = make(stored.hold);
      return hold === undefined ? 'nothing to change' : write(stored, hold);
    });
  };

  return {
    /**
     * Hold and row are read in this order: whoever changes a row changes the hold with it, so a row that is newer than the hold
     * can't be acted upon. (One query with `or` would read the whole partition: Microsoft Learn, "Design for querying".)
     */
    claim: (loss, policy) =>
      inTurn(loss.ledger, async () => {
        const stored = await find(loss.ledger);
        const known = await findLoss(loss.ledger, loss.userId);
        const { verdict, hold, row } = claimLoss(stored.hold, known, loss, policy, clock.now());
        if (!hold || !row) return verdict;
        return (await write(stored, hold, { put: [row] })) && verdict;
      }),

    settle: async (ledger, userId) => {
      await inTurn(ledger, async () => {
        const stored = await find(ledger);
        const row = await findLoss(ledger, userId);
        if (!row?.pending) return 'nothing to settle';
        return write(stored, settleLoss(stored.hold, row), { deleted: [userId] });
      });
    },

    foresee: async (loss, policy) => {
      const stored = await find(loss.ledger);
      const known = await findLoss(loss.ledger, loss.userId);
      return claimLoss(stored.hold, known, loss, policy, clock.now()).verdict;
    },

    raise: async (ledger, difference, reason, policy) => {
      const stays = (hold: Hold, count: number): boolean =>
        reason === 'lossThreshold' && !hold.held && !crossesLine(hold, policy, count, clock.now());
      let { hold: latest } = await find(ledger);
      if (difference.length === 0 || stays(latest, difference.length)) return;
      // Rows are read after the hold and stay true for as long as it does: nobody changes one without the other.
      let known = await losses(ledger);
      if (stays(latest, uncountedLosses(latest, known, difference, policy, clock.now()).length)) return;
      for (let start = 0; start < difference.length; start += chunkSize) {
        const chunk = difference.slice(start, start + chunkSize);
        await inTurn(ledger, async () => {
          const stored = await find(ledger);
          if (!sameLedger(latest, stored.hold)) known = await losses(ledger);
          latest = stored.hold;
          const raised = raiseLosses(stored.hold, known, chunk, { reason, policy, now: clock.now() });
          if (raised.rows.length === 0) return 'nothing to raise';
          const written = await write(stored, raised.hold, { put: raised.rows });
          if (written) latest = raised.hold;
          return written;
        });
      }
    },

    endIfEmpty: (ledger) => change(ledger, (hold) => (hold.held && hold.pending === 0 ? endHold(hold) : undefined)),

    rebase: (ledger, members, listing) => change(ledger, (hold) => rebaseHold(hold, members, listing)),

    approve: async (ledger, through, base) => {
      let tried: { readonly hold: Hold; readonly users: readonly string[] } | undefined;
      const approved = await inTurn(ledger, async () => {
        const stored = await find(ledger);
        // Our own approval, whose answer was lost: those who waited still have to be told.
        if (tried !== undefined && isApprovedAs(stored.hold, tried.hold)) return tried;
        if (!stored.hold.held) return { users: undefined };
        const rows = [...(await losses(ledger)).values()].filter((row) => isWaiting(row, stored.hold));
        tried = { hold: approveHold(stored.hold, through, base, clock.now()), users: rows.map((row) => row.userId) };
        return (await write(stored, tried.hold)) && tried;
      });
      return approved.users;
    },

    find: async (ledger) => {
      const stored = await find(ledger);
      return stored.etag === undefined ? undefined : stored.hold;
    },

    async *list() {
      const prefix = `${tenantPartition(tenantId)}|`;
      const filter = odata`PartitionKey ge ${prefix} and PartitionKey lt ${endOf(prefix)} and RowKey eq ${holdKey}`;
      for await (const row of listRows(table, filter)) yield parseHold(row);
    },

    async *pending(ledger) {
      const { hold } = await find(ledger);
      const rows = [...(await losses(ledger)).values()].filter((row) => isWaiting(row, hold));
      yield* rows.sort((a, b) => a.number - b.number);
    },
  };
}

/** True when no row was claimed, settled or approved between the two. */
function sameLedger(a: Hold, b: Hold): boolean {
  return a.epoch === b.epoch && a.lastNumber === b.lastNumber && a.pending === b.pending;
}

function isWaiting(row: LossRow, hold: Hold): boolean {
  return row.pending && row.epoch === hold.epoch;
}

function isApprovedAs(hold: Hold, approved: Hold): boolean {
  const last = approved.approvals.at(-1);
  return hold.approvals.some(({ epoch, through }) => epoch === last?.epoch && through === last.through);
}

function announce(log: Log, before: Hold, after: Hold): void {
  const keys = { ledger: after.ledger, pending: after.pending };
  if (!before.held && after.held) {
    log.warn('A hold is raised: losses of a group wait for a person.', { ...keys, reason: after.reason });
  }
  if (before.held && !after.held) log.info('A hold has ended.', keys);
}
