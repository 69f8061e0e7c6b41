import { compareAccounts } from '../../../src/lib/detect/compare-accounts.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { RecordedAccount } from '../../../src/lib/model/recorded.ts';
import { account } from '../../builders/facts.ts';
import { rule, rulesOf, alpha } from '../../builders/rules.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';

const { document } = rulesOf([rule('r', alpha, ['user'])]);
const cause = { reason: 'fullSync' as const, causeId: 'c' };
const userId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Compares recorded accounts with a directory in which they are as recorded; gives the outcome and every line of the log. */
async function compare(accounts: readonly RecordedAccount[]) {
  const none = unexpectedPorts();
  const lines: { readonly level: string; readonly line: string }[] = [];
  const ports = unexpectedPorts({
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
        yield there.map((one) => ({ id: one.userId, accountEnabled: true, userType: 'member' as const }));
      },
    },
    tombstones: { ...none.tombstones, list: async function* () {} },
    ledger: {
      ...none.ledger,
      raise: async () => undefined,
      rebase: async () => undefined,
      find: async () => undefined,
    },
    reconcileQueue: { send: async () => undefined },
  });
  return { outcome: await compareAccounts(ports, document, cause), lines };
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
