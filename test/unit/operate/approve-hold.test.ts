import type { Hold, LossRow } from '../../../src/lib/model/hold.ts';
import { approvalSchema } from '../../../src/lib/model/operator-request.ts';
import { approveHold } from '../../../src/lib/operate/approve-hold.ts';
import { account } from '../../builders/facts.ts';
import { alpha, rule, rulesOf } from '../../builders/rules.ts';
import { id, since, type Start, tenant } from './tenant-fakes.ts';

const ledger = id(900);

function hold(properties: Partial<Hold> = {}): Hold {
  return {
    ledger,
    epoch: 1,
    lastNumber: 5,
    base: 20,
    passed: {},
    lostSinceBase: 0,
    held: true,
    pending: 3,
    approvals: [],
    ...properties,
  };
}

function row(number: number): LossRow {
  return { userId: id(number), since, epoch: 1, number, pending: true, claimedDateTime: since };
}

const members = (...numbers: number[]) => numbers.map((number) => ({ id: id(number), type: 'user' as const }));
const held: Start = {
  hold: hold(),
  rows: [row(3), row(4), row(5)],
  recorded: [1, 3, 4, 5].map(id),
  listed: members(1),
};

async function approve(start: Start, through: number) {
  const world = tenant(start);
  const outcome = await approveHold(world.ports, { ledger, through, approver: 'ada' });
  return { outcome, ...world };
}

describe('approveHold', () => {
  it('audits the decision, sends the users to be looked at after it, then ends the hold', async () => {
    const { outcome, order, decisions, sent } = await approve(held, 5);
    expect(outcome).toEqual({ kind: 'approved', operationId: 'operation', users: 3 });
    expect(order).toEqual(['audit', 'send after 6 s', 'approve']);
    expect(decisions).toEqual([
      { initiatedBy: 'ada', action: 'approveHold', causeId: 'operation', details: { ledger, through: 5, losses: 3 } },
    ]);
    expect(sent.map(({ userId, lane }) => [userId, lane])).toEqual([3, 4, 5].map((number) => [id(number), 'fresh']));
  });

  it.each<[string, Start, number, number]>([
    ['of recorded members who stay, all approved', { ...held, listed: [] }, 5, 1],
    ['of those who were not on the list that was read, too', { ...held, listed: [] }, 3, 3],
    ['of listed members when they are more', { ...held, listed: members(1, 2, 6, 7) }, 5, 4],
    [
      'of recorded members alone when the group is deleted',
      { ...held, listed: members(1, 2), watchedState: 'deleted' },
      5,
      1,
    ],
  ])('takes the number %s as the new base', async (_case, start, through, base) => {
    expect((await approve(start, through)).bases).toEqual([base]);
  });

  it.each<['suspend' | 'keep', number]>([
    ['suspend', 2],
    ['keep', 3],
  ])('takes accounts as the base that have something to lose: disabled ones %s', async (disabledAccounts, base) => {
    const states = ['enabled', 'enabled', 'disabled', 'deleted', 'enabled'] as const;
    const accounts = states.map((state, index) => ({ userId: id(index), fact: account({ state }) }));
    const rules = rulesOf([rule('r', alpha, ['user'])], { disabledAccounts });
    const world = tenant({ ...held, rules, accounts, hold: hold({ ledger: 'accounts' }), rows: [row(4)] });
    await approveHold(world.ports, { ledger: 'accounts', through: 4, approver: 'ada' });
    expect(world.bases).toEqual([base]);
  });

  it('sends again whoever may have been looked at before the hold ended', async () => {
    const world = tenant(held);
    const slow = {
      ...world.ports.ledger,
      approve: async (...parameters: Parameters<typeof world.ports.ledger.approve>) => {
        world.now.milliseconds += 60_000;
        return world.ports.ledger.approve(...parameters);
      },
    };
    await approveHold({ ...world.ports, ledger: slow }, { ledger, through: 5, approver: 'ada' });
    expect(world.order).toEqual(['audit', 'send after 6 s', 'approve', 'send after 0 s']);
  });

  it('sends many users behind own changes', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => row(index + 1));
    const { sent } = await approve({ ...held, rows, hold: hold({ lastNumber: 30 }) }, 30);
    expect(new Set(sent.map(({ lane }) => lane))).toEqual(new Set(['bulk']));
  });

  it.each<[string, Start, number, object]>([
    ['a ledger without a hold', {}, 1, { kind: 'notHeld' }],
    ['a hold that has ended', { hold: hold({ held: false }) }, 1, { kind: 'notHeld' }],
    ['a number beyond the list', held, 6, { kind: 'beyondList', lastNumber: 5 }],
    // What was read has ended, and the hold is another one, of which nobody has read anything.
    ['a number before the list', held, 2, { kind: 'beforeList', firstNumber: 3 }],
  ])('changes nothing for %s', async (_case, start, through, expected) => {
    const { outcome, order } = await approve(start, through);
    expect([outcome, order]).toEqual([expected, []]);
  });

  it.each([{}, { through: 0 }, { through: 1.5 }, { through: '1' }, { through: 1, all: true }])(
    'refuses the body %j',
    (value) => {
      expect(approvalSchema.safeParse(value).success).toBe(false);
    },
  );
});
