import { mappedGroups } from '../../../src/lib/model/active-rules.ts';
import { hasUnmappedFacts } from '../../../src/lib/plan/unmapped-facts.ts';
import { memberOf } from '../../builders/facts.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';

const maps = mappedGroups(rulesOf([rule('a', alpha, ['user'])]));
const mapsDirect = mappedGroups(rulesOf([rule('a', alpha, ['user'], { membership: 'direct' })]));
const direct = memberOf([alpha]);
const known = direct.groups[alpha];

describe('facts that no rule asks for', () => {
  it.each([
    ['none where nothing is recorded', memberOf([]), maps, false],
    ['none where the group is mapped', memberOf([alpha]), maps, false],
    ['those of a group that is not mapped', memberOf([alpha, beta]), maps, true],
    ['who is direct, where no rule asks', withDirect(), maps, true],
    ['none where a rule asks who is direct', withDirect(), mapsDirect, false],
  ])('are %s', (_what, facts, mapped, expected) => {
    expect(hasUnmappedFacts(facts, mapped)).toBe(expected);
  });
});

function withDirect() {
  if (known === undefined) throw new Error('The builder records no fact.');
  return { ...direct, groups: { [alpha]: { ...known, direct: known.member } } };
}
