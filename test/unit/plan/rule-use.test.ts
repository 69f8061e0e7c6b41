import { type ActiveRules, mappedGroups } from '../../../src/lib/model/active-rules.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import { RuleUseCount } from '../../../src/lib/plan/rule-use.ts';
import type { UnreadGroup } from '../../../src/lib/plan/unread-groups.ts';
import { active, role } from '../../builders/access.ts';
import { decided } from '../../builders/decided.ts';
import { memberOf } from '../../builders/facts.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';

function useOf(rules: ActiveRules, everybody: readonly Facts[]) {
  const count = new RuleUseCount(rules);
  for (const facts of everybody) count.add(decided(facts, rules), (others) => decided(facts, others));
  return count.result();
}

const both = memberOf([alpha, beta]);

describe('rules that match nothing or never decide anything (R7)', () => {
  it.each<[string, ActiveRules, readonly Facts[], readonly [number, string][]]>([
    ['gives to nobody', rulesOf([rule('a', alpha, ['user'])]), [memberOf([beta])], [[0, 'nobody']]],
    ['decides for one of two', rulesOf([rule('a', alpha, ['user'])]), [both, memberOf([alpha])], [[2, 'decides']]],
    [
      'gives what another one gives to all of its users',
      rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['user'])]),
      [both, memberOf([alpha])],
      [
        [2, 'decides'],
        [1, 'neverDecides'],
      ],
    ],
    [
      'is always outranked',
      rulesOf([rule('a', alpha, ['admin']), rule('b', beta, ['user'])], { roleResolution: 'strongest' }),
      [both],
      [
        [1, 'decides'],
        [1, 'neverDecides'],
      ],
    ],
    [
      'decides on a scope alone',
      rulesOf([rule('a', alpha, ['user'], { scopes: ['s1'] }), rule('b', beta, ['user'], { scopes: ['s2'] })]),
      [both],
      [
        [1, 'decides'],
        [1, 'decides'],
      ],
    ],
    [
      'gives what the default role gives',
      rulesOf([rule('a', alpha, ['user'])], { defaultRole: 'user' }),
      [both],
      [[1, 'neverDecides']],
    ],
    ['is off', rulesOf([rule('a', alpha, ['user'], { enabled: false })]), [both], [[0, 'off']]],
  ])('tells a rule that %s', (_case, rules, everybody, expected) => {
    expect(useOf(rules, everybody).map(({ users, effect }) => [users, effect])).toEqual(expected);
  });

  it('asks once for users who are alike, and counts all of them', () => {
    const rules = rulesOf([rule('a', alpha, ['user']), rule('b', beta, ['user'])]);
    const count = new RuleUseCount(rules);
    const asked: string[] = [];
    const add = (who: string, facts: Facts, alike?: string) => {
      const decideBy = (others: ActiveRules) => {
        asked.push(who);
        return decided(facts, others);
      };
      count.add(decided(facts, rules), decideBy, alike);
    };
    add('first', both, 'both');
    add('second', both, 'both');
    add('excepted', both);
    add('third', memberOf([alpha]), 'alpha');
    // Too much to remember: asked each time, until the rule is known to decide.
    add('long', both, 'x'.repeat(20_000_000));
    add('long', both, 'x'.repeat(20_000_000));
    expect(asked).toEqual(['first', 'first', 'excepted', 'excepted', 'third', 'long', 'long']);
    expect(count.result().map(({ users, effect }) => [users, effect])).toEqual([
      [6, 'decides'],
      [5, 'neverDecides'],
    ]);
  });

  it('does not count what exceptions give', () => {
    const count = new RuleUseCount(rulesOf([rule('a', alpha, ['user'])]));
    const access = active([role('user', [{ origin: 'exception', exceptionId: 'e' }])]);
    count.add(access, () => access);
    expect(count.result()).toMatchObject([{ users: 0, effect: 'nobody' }]);
  });

  it('tells a rule that maps no group', () => {
    const rules = rulesOf([rule('a', alpha, ['user'])]);
    expect(useOf({ ...rules, pins: [] }, [both])).toEqual([{ ruleId: 'a', groupIds: [], users: 0, effect: 'noGroup' }]);
  });

  it('tells a rule whose groups are yet to be read, unless it decides for somebody already', () => {
    const rules = rulesOf([
      rule('new', alpha, ['user']),
      rule('outranked', beta, ['user']),
      rule('decides', beta, ['admin']),
      rule('direct', gamma, ['user'], { membership: 'direct' }),
      rule('anybody', gamma, ['manager']),
      rule('off', alpha, ['manager'], { enabled: false }),
    ]);
    const strongest: ActiveRules = { ...rules, document: { ...rules.document, roleResolution: 'strongest' } };
    const count = new RuleUseCount(strongest);
    count.add(decided(memberOf([beta]), strongest), (others) => decided(memberOf([beta]), others));
    const group = (groupId: string, unread: UnreadGroup['unread']): UnreadGroup => {
      const mapped = mappedGroups(strongest).get(groupId);
      if (mapped === undefined) throw new Error('No rule maps the group.');
      return { ...mapped, unread };
    };
    const unread = [group(alpha, 'membership'), group(beta, 'membership'), group(gamma, 'directness')];
    const effects = (given: readonly UnreadGroup[]) => count.result(given).map(({ effect }) => effect);
    expect(effects(unread)).toEqual(['unread', 'unread', 'decides', 'unread', 'nobody', 'off']);
    expect(effects([])).toEqual(['nobody', 'neverDecides', 'decides', 'nobody', 'nobody', 'off']);
  });

  it('names the groups of each rule, in the order of the document', () => {
    const rules = rulesOf([rule('z', gamma, ['user']), rule('a', alpha, ['admin'])]);
    expect(useOf(rules, []).map(({ ruleId, groupIds }) => [ruleId, groupIds])).toEqual([
      ['z', [gamma]],
      ['a', [alpha]],
    ]);
  });
});
