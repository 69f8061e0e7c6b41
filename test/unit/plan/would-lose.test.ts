import { wouldLose } from '../../../src/lib/plan/would-lose.ts';
import { factsOf, inSince } from '../../builders/facts.ts';
import { recordOf } from '../../builders/record.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const now = new Date(at(60));
const waits = { member: inSince(at(0), at(50)) };
const stays = { member: inSince(at(0)) };
const user = { kind: 'role', id: 'user' };

function lossesOf(rules: ReturnType<typeof rulesOf>, facts: ReturnType<typeof factsOf>, ledger = alpha) {
  return wouldLose({ record: recordOf(facts, rules), exceptions: [] }, ledger, rules, now);
}

describe('what a waiting loss would take', () => {
  it('is what the group alone gives, marked in the record or not yet', () => {
    const rules = rulesOf([rule('a', alpha, ['user', 'manager']), rule('b', beta, ['manager'])]);
    const expected = [{ ...user, scopes: [] }];
    expect(lossesOf(rules, factsOf({ [alpha]: waits, [beta]: stays }))).toEqual(expected);
    expect(lossesOf(rules, factsOf({ [alpha]: stays, [beta]: stays }))).toEqual(expected);
  });

  it('is nothing where another group gives the same, or the user is in the group no more', () => {
    const rules = rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['user'])]);
    expect(lossesOf(rules, factsOf({ [alpha]: waits, [beta]: stays }))).toEqual([]);
    expect(lossesOf(rules, factsOf({ [beta]: stays }))).toEqual([]);
  });

  it('names the scopes that stay', () => {
    const rules = rulesOf([
      rule('a', alpha, ['user'], { scopes: ['s1'] }),
      rule('b', beta, ['user'], { scopes: ['s2'] }),
    ]);
    expect(lossesOf(rules, factsOf({ [alpha]: waits, [beta]: stays }))).toEqual([
      { ...user, scopes: ['s1', 's2'], keeps: ['s2'] },
    ]);
  });

  it('is only what needs directness when directness alone waits', () => {
    const rules = rulesOf([rule('a', alpha, ['user']), rule('direct', alpha, ['manager'], { membership: 'direct' })]);
    const direct = inSince(at(0), at(50));
    expect(lossesOf(rules, factsOf({ [alpha]: { member: inSince(at(0)), direct } }))).toEqual([
      { kind: 'role', id: 'manager', scopes: [] },
    ]);
    expect(lossesOf(rules, factsOf({ [alpha]: { ...waits, direct } }))).toHaveLength(2);
  });

  it('is everything in effect when the account goes', () => {
    const rules = rulesOf([rule('a', alpha, ['user'], { scopes: ['s1'] }), rule('b', beta, { teams: ['red'] })], {
      teams: [{ id: 'red' }],
    });
    expect(lossesOf(rules, factsOf({ [alpha]: stays, [beta]: stays }), 'accounts')).toEqual([
      { ...user, scopes: ['s1'] },
      { kind: 'team', id: 'red', scopes: [] },
    ]);
  });
});
