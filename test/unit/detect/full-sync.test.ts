import { fullSync } from '../../../src/lib/detect/full-sync.ts';
import { accountsLedger, type Hold, type LossRow } from '../../../src/lib/model/hold.ts';
import type { WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import { emptyHold } from '../../../src/lib/plan/hold-line.ts';
import { tenantId, userId } from '../../builders/record.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { watchedGroup } from './fake-tenant.ts';

/** Alpha is mapped, beta and gamma no more. */
const rules = rulesOf([rule('a', alpha, ['user'])]);

async function* nothing() {
  yield* [];
}

/** What is held since then by a row of one user. */
type Held = readonly (readonly [ledger: string, claimedDateTime: string])[];

/** A full sync that has compared its groups, an hour after the tenant began; nothing is recorded, and this is held and watched. */
async function finish(holds: Held, watched: readonly WatchedGroup[]) {
  const none = unexpectedPorts();
  const settled: string[] = [];
  const rows = new Map(watched.map((group) => [group.groupId, group]));
  const ports = unexpectedPorts({
    clock: { now: () => new Date(at(60)) },
    rules: { ...none.rules, active: async () => rules, activeVersion: async () => rules.version },
    watched: {
      find: async (id) => rows.get(id),
      list: async () => [...rows.values()],
      change: async (id, change) => {
        const group = change(rows.get(id));
        if (group) rows.set(id, group);
        else rows.delete(id);
        return group;
      },
    },
    ledger: {
      ...none.ledger,
      find: async () => undefined,
      raise: async () => undefined,
      rebase: async () => undefined,
      settle: async (ledger) => void settled.push(ledger),
      list: async function* (): AsyncGenerator<Hold> {
        for (const [ledger] of holds) {
          if (ledger === 'unreadable') throw new Error('The row is not readable.');
          yield { ...emptyHold(ledger), held: true, pending: 1 };
        }
      },
      pending: async function* (wanted): AsyncGenerator<LossRow> {
        for (const [ledger, claimedDateTime] of holds) {
          const row = { userId, since: at(0), epoch: 1, number: 1, pending: true, claimedDateTime };
          if (ledger === wanted) yield row;
        }
      },
    },
    waiting: { ...none.waiting, replace: async () => [] },
    tombstones: { ...none.tombstones, list: nothing },
    directory: { ...none.directory, listUsers: nothing },
    access: { ...none.access, records: nothing, unpublished: nothing },
    derived: { ...none.derived, accounts: nothing, partitions: nothing, rows: nothing },
    jobs: { ...none.jobs, sweeps: async () => new Map() },
    jobQueue: { send: async () => undefined },
    reconcileQueue: { send: async () => undefined },
  });
  const { finished } = await fullSync(ports, {
    request: {
      ...{ v: 1, tenantId, kind: 'fullSync', id: '', causeId: 'c', attempt: 0, continues: true },
      enqueuedDateTime: at(60),
    },
    state: { kind: 'fullSync', step: 'users' },
    checkpoint: async () => undefined,
    overBudget: () => false,
  });
  return { finished, settled, watched: [...rows.keys()] };
}

describe('a full sync whose comparisons began before the rules moved', () => {
  it('ends holds of groups that no rule maps any more, and no others', async () => {
    const { finished, settled } = await finish(
      [
        [alpha, at(0)],
        [beta, at(0)],
        // Perhaps the rules have moved again, and it is mapped.
        [gamma, at(60)],
        [accountsLedger, at(0)],
      ],
      [watchedGroup(alpha)],
    );
    expect([finished, settled]).toEqual([true, [beta]]);
  });

  it('goes on when a ledger can not be read', async () => {
    const { finished, settled } = await finish([['unreadable', at(0)]], [watchedGroup(alpha)]);
    expect([finished, settled]).toEqual([true, []]);
  });

  it('lets go groups that were watched again for nothing', async () => {
    const { watched } = await finish([], [watchedGroup(alpha), watchedGroup(beta)]);
    expect(watched).toEqual([alpha]);
  });
});
