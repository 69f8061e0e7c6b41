import { compareAccounts } from '../../../src/lib/detect/compare-accounts.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { UserEntry } from '../../../src/lib/model/directory.ts';
import type { RecordedAccount } from '../../../src/lib/model/recorded.ts';
import { account } from '../../builders/facts.ts';
import { rule, rulesOf, alpha } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

const { document } = rulesOf([rule('r', alpha, ['user'])]);
const cause = { reason: 'fullSync' as const, causeId: 'c' };
const userId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/**
 * Compares recorded accounts with a directory in which they are as recorded, unless `listed` says otherwise; gives the outcome, every
 * line of the log, in order whom the ledger was told of as lost and who was enqueued, the base that
 * the ledger was given, and who got a tombstone.
 */
async function compare(accounts: readonly RecordedAccount[], listed?: readonly UserEntry[], rules = document) {
  const none = unexpectedPorts();
  const order: (readonly [what: 'raised' | 'enqueued', userIds: readonly string[]])[] = [];
  const bases: number[] = [];
  const tombstones: string[] = [];
  const lines: { readonly level: string; readonly line: string }[] = [];
  const ports = unexpectedPorts({
    clock: { now: () => new Date(at(60)) },
    log: createLog((level, line) => lines.push({ level, line })),
    derived: {
      ...none.derived,
      accounts: async function* () {
        yield* accounts;
      },
    },
    directory: {
      ...none.directory,
      listUsers: async function* () {
        const there = accounts.filter(({ fact }) => fact.state !== 'deleted');
        yield listed ?? there.map((one) => ({ id: one.userId, accountEnabled: true, userType: 'member' as const }));
      },
    },
    tombstones: { ...none.tombstones, list: async function* () {}, put: async (id) => void tombstones.push(id) },
    ledger: {
      ...none.ledger,
      raise: async (_ledger, losses) => void order.push(['raised', losses.map(({ userId: id }) => id)]),
      rebase: async (_ledger, base) => void bases.push(base),
      find: async () => undefined,
    },
    reconcileQueue: {
      send: async (requests) => void order.push(['enqueued', requests.map(({ userId: id }) => id)]),
    },
  });
  return { outcome: await compareAccounts(ports, rules, cause), lines, order, bases, tombstones };
}

describe('the comparison of accounts, users without a mail address (A4)', () => {
  const mail = 'ada@contoso.com';

  it('counts them, says so without a name, and looks at nobody for it', async () => {
    const { outcome, lines } = await compare([
      { userId: userId(1), fact: account(), mail },
      { userId: userId(2), fact: account(), displayName: 'Noa' },
      { userId: userId(3), fact: account() },
    ]);
    expect(outcome).toEqual({ users: 0 });
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
    expect(lines[0]?.line).toContain('Recorded users have no mail address');
    expect(lines[0]?.line).toContain('"withoutMail":2');
    expect(lines[0]?.line).not.toContain('Noa');
  });

  it('says nothing when nobody lacks one who is still there', async () => {
    const gone = { userId: userId(2), fact: account({ state: 'deleted' }) };
    const { lines } = await compare([{ userId: userId(1), fact: account(), mail }, gone]);
    expect(lines).toEqual([]);
  });
});

describe('the comparison of accounts, a whole difference (A16)', () => {
  const mail = 'ada@contoso.com';

  it('is brought to the ledger before anybody is enqueued, without what is young, waits already or takes nothing', async () => {
    const facts = [
      account(),
      account(),
      account(),
      account({ since: at(60) }),
      account({ pendingSince: at(30) }),
      account({ state: 'disabled' }),
    ];
    const recorded = facts.map((fact, index) => ({ userId: userId(index + 1), fact, mail }));
    const [first, ...others] = recorded.map((one) => ({ id: one.userId, accountEnabled: one === recorded[0] }));
    // The second is disabled, the third is gone.
    const { order, outcome } = await compare(
      recorded,
      first ? [first, ...others.filter(({ id }) => id !== userId(3))] : [],
    );
    expect(order).toEqual([
      ['raised', [userId(2), userId(3)]],
      ['enqueued', [userId(2), userId(4), userId(3)]],
    ]);
    expect(outcome).toEqual({ users: 3 });
  });

  it('keeps the proof that somebody is gone whose loss waits already, and leaves them to the hold', async () => {
    const recorded = [{ userId: userId(1), fact: account({ pendingSince: at(30) }), mail }];
    const { outcome, tombstones } = await compare(recorded, []);
    expect(tombstones).toEqual([userId(1)]);
    expect(outcome).toEqual({ users: 0 });
  });

  it.each([
    ['suspended ones have nothing to lose', 'suspend', 2],
    ['disabled ones keep their access', 'keep', 4],
  ] as const)('is measured against the accounts that hold access: %s', async (_case, disabledAccounts, base) => {
    const states = ['enabled', 'enabled', 'disabled', 'disabled', 'deleted'] as const;
    const recorded = states.map((state, index) => ({ userId: userId(index + 1), fact: account({ state }), mail }));
    const { bases } = await compare(recorded, undefined, { ...document, disabledAccounts });
    expect(bases).toEqual([base]);
  });
});
