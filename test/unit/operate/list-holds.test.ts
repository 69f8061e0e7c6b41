import { listHolds } from '../../../src/lib/operate/list-holds.ts';
import { emptyHold } from '../../../src/lib/plan/hold-line.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf } from '../../builders/record.ts';
import { alpha, groupId, rule, rulesOf } from '../../builders/rules.ts';
import { watchedGroup } from '../detect/fake-tenant.ts';
import { groupInfo } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { id, since } from './tenant-fakes.ts';

const rules = rulesOf([rule('a', alpha, ['user'])], { names: { [alpha]: 'Payments' } });
const hold = { ...emptyHold(alpha), held: true, heldSince: since, reason: 'lossThreshold' as const, base: 40 };
const row = (number: number) => ({
  userId: id(number),
  since,
  epoch: 1,
  number,
  pending: true,
  claimedDateTime: '2026-02-01T00:00:00.000Z',
});

describe('the list of holds', () => {
  it('names who waits, since when, and what each would lose; holds that have ended are not on it', async () => {
    const holds = await listHolds({
      clock: { now: () => new Date('2026-03-01T00:00:00.000Z') },
      rules: { active: async () => rules },
      watched: { list: async () => [] },
      ledger: {
        list: async function* () {
          yield* [hold, emptyHold('accounts')];
        },
        pending: async function* () {
          yield* [1, 2, 3].map(row);
        },
      },
      access: {
        // The second has no record any more; the answers come in another order than they were asked for.
        read: async (userId) => {
          if (userId === id(1)) await new Promise(setImmediate);
          const record = { ...recordOf(memberOf([alpha]), rules), userId };
          return { outbox: [], exceptions: [], ...(userId === id(2) ? {} : { record }) };
        },
      },
    });
    const ada = { displayName: 'Ada', userPrincipalName: 'ada@contoso.com' };
    const would = [{ kind: 'role', id: 'user', scopes: [] }];
    const waiting = (number: number) => ({
      number,
      userId: id(number),
      since,
      claimedDateTime: '2026-02-01T00:00:00.000Z',
    });
    expect(holds).toEqual([
      {
        ledger: alpha,
        displayName: 'Payments',
        heldSince: since,
        reason: 'lossThreshold',
        base: 40,
        pending: [
          { ...waiting(1), ...ada, wouldLose: would },
          { ...waiting(2), wouldLose: [] },
          { ...waiting(3), ...ada, wouldLose: would },
        ],
      },
    ]);
  });

  it('says what each group is, by its present name, and where its members are managed, also when it is gone (E2)', async () => {
    const info = groupInfo(alpha, 'Payments EU', { kind: 'mailEnabledSecurity', hiddenMembership: true });
    const group = watchedGroup(alpha, { displayName: 'Payments EU', state: 'deleted', info });
    const accounts = { ...hold, ledger: 'accounts' };
    const holds = await listHolds({
      clock: { now: () => new Date(since) },
      rules: { active: async () => rules },
      watched: { list: async () => [group] },
      ledger: {
        list: async function* () {
          yield* [hold, { ...hold, ledger: groupId('z') }, accounts];
        },
        pending: async function* () {
          yield* [];
        },
      },
      access: unexpectedPorts().access,
    });
    expect(holds.map(({ heldSince, reason, base, pending, ...group }) => group)).toEqual([
      {
        ledger: alpha,
        displayName: 'Payments EU',
        kind: 'mail-enabled security group',
        marks: ['hidden membership'],
        membersManagedIn: 'Exchange admin center',
      },
      { ledger: groupId('z') },
      { ledger: 'accounts' },
    ]);
  });
});
