import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import { type ListedMembership, unreadGroups, withListed } from '../../../src/lib/plan/unread-groups.ts';
import { factsOf, inSince, memberOf, outSince } from '../../builders/facts.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const transitive = rule('a', alpha, ['user']);
const direct = rule('a', alpha, ['user'], { membership: 'direct' });
const now = at(100);
const active = rulesOf([transitive]);

describe('groups that activation has read', () => {
  it.each<[string, ActiveRules | undefined, ActiveRules, readonly [string, string][]]>([
    ['none when the mapping is the same', active, rulesOf([transitive]), []],
    ['all without rules in force', undefined, rulesOf([transitive]), [[alpha, 'membership']]],
    ['one that is newly mapped', active, rulesOf([transitive], { mappedSince: now }), [[alpha, 'membership']]],
    ['one that is newly direct', active, rulesOf([direct], { directSince: now }), [[alpha, 'directness']]],
    ['none when a direct rule goes', rulesOf([direct]), active, []],
    [
      'both of two, by id',
      undefined,
      rulesOf([rule('b', beta, ['user']), transitive]),
      [
        [alpha, 'membership'],
        [beta, 'membership'],
      ],
    ],
  ])('are %s', (_case, before, proposed, expected) => {
    expect(unreadGroups(before, proposed).map(({ groupId, unread }) => [groupId, unread])).toEqual(expected);
  });
});

describe('facts once the unread groups were read', () => {
  const newlyMapped = unreadGroups(undefined, rulesOf([transitive], { mappedSince: now }));
  const newlyMappedDirect = unreadGroups(undefined, rulesOf([direct], { mappedSince: now }));
  const newlyDirect = unreadGroups(active, rulesOf([direct], { directSince: now }));
  const listed = (member: readonly string[], directly: readonly string[] = []): ListedMembership => ({
    member: new Set(member),
    direct: new Set(directly),
  });
  const old = memberOf([alpha]);

  it.each<[string, Facts, typeof newlyMapped, ListedMembership | undefined, Facts['groups']]>([
    ['are the recorded ones when nothing is unread', old, [], listed([alpha]), old.groups],
    ['know a member', memberOf([]), newlyMapped, listed([alpha]), { [alpha]: { member: inSince(now) } }],
    [
      'know a direct member',
      memberOf([]),
      newlyMappedDirect,
      listed([alpha], [alpha]),
      { [alpha]: { member: inSince(now), direct: inSince(now) } },
    ],
    [
      'know who is directly in it though the other listing is behind',
      memberOf([]),
      newlyMappedDirect,
      listed([], [alpha]),
      { [alpha]: { member: inSince(now), direct: inSince(now) } },
    ],
    ['forget what was recorded before the mapping', old, newlyMapped, undefined, {}],
    [
      'keep the membership and learn directness',
      old,
      newlyDirect,
      listed([alpha], [alpha]),
      { [alpha]: { member: inSince(at(0)), direct: inSince(now) } },
    ],
    ['keep the membership of who is nested', old, newlyDirect, listed([alpha]), old.groups],
    [
      'take in who came back since',
      factsOf({ [alpha]: { member: outSince(at(0)) } }),
      newlyDirect,
      listed([alpha], [alpha]),
      { [alpha]: { member: inSince(now), direct: inSince(now) } },
    ],
  ])('%s', (_case, facts, unread, seen, expected) => {
    expect(withListed(facts, unread, seen, now)).toEqual({ ...facts, groups: expected });
  });

  it('stay as they are of an account that is deleted', () => {
    const facts = factsOf({}, { state: 'deleted' });
    expect(withListed(facts, newlyMapped, listed([alpha]), now)).toEqual(facts);
  });
});
