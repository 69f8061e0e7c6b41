import type { Facts } from '../../../src/lib/model/facts.ts';
import { type MembershipGraph, membershipPaths } from '../../../src/lib/plan/membership-graph.ts';
import { factsAfter, largestDifference, membershipDifference, movedGroups } from '../../../src/lib/plan/what-if.ts';
import { factsOf, inSince, memberOf } from '../../builders/facts.ts';
import { alpha, beta, gamma, groupId, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const delta = groupId('d');
const graph = (
  direct: readonly string[],
  parents: Readonly<Record<string, readonly string[]>> = {},
): MembershipGraph => ({
  direct: new Set(direct),
  parents: new Map(Object.entries(parents)),
});

describe('ways to a group', () => {
  it.each<[string, MembershipGraph, Record<string, readonly string[]>]>([
    ['of somebody in nothing', graph([]), {}],
    ['to a group that somebody is directly in', graph([alpha]), { [alpha]: [alpha] }],
    [
      'through nested groups, one by one',
      graph([alpha], { [alpha]: [beta], [beta]: [gamma] }),
      { [alpha]: [alpha], [beta]: [alpha, beta], [gamma]: [alpha, beta, gamma] },
    ],
    [
      'that are shortest, and of two the first by id',
      graph([beta, alpha], { [alpha]: [delta], [beta]: [delta, gamma], [delta]: [gamma] }),
      { [alpha]: [alpha], [beta]: [beta], [delta]: [alpha, delta], [gamma]: [beta, gamma] },
    ],
    ['in a circle', graph([alpha], { [alpha]: [beta], [beta]: [alpha] }), { [alpha]: [alpha], [beta]: [alpha, beta] }],
  ])('%s', (_case, given, paths) => {
    expect(Object.fromEntries(membershipPaths(given))).toEqual(paths);
  });
});

describe('one membership more or less', () => {
  const nested = graph([alpha], { [alpha]: [gamma], [beta]: [gamma] });

  it('leaves what contains the group unless another way leads there', () => {
    const both = { ...nested, direct: new Set([alpha, beta]) };
    expect([...membershipDifference(both, { kind: 'left', groupId: alpha }).left]).toEqual([alpha]);
    expect([...membershipDifference(nested, { kind: 'left', groupId: alpha }).left]).toEqual([alpha, gamma]);
  });

  it('changes nothing for who is there, or is not', () => {
    const nothing = { joined: new Set(), left: new Set(), joinedDirectly: new Set(), leftDirectly: new Set() };
    expect(membershipDifference(nested, { kind: 'joined', groupId: alpha })).toEqual(nothing);
    expect(membershipDifference(nested, { kind: 'left', groupId: beta })).toEqual(nothing);
  });

  it('is told as the most that it can be where the ways are not known', () => {
    const none = new Set();
    const all = new Set([alpha, gamma]);
    const directly = new Set([alpha]);
    const joined = { joined: all, left: none, joinedDirectly: directly, leftDirectly: none };
    expect(largestDifference({ kind: 'joined', groupId: alpha }, [gamma])).toEqual(joined);
    const left = { joined: none, left: all, joinedDirectly: none, leftDirectly: directly };
    expect(largestDifference({ kind: 'left', groupId: alpha }, [gamma])).toEqual(left);
  });
});

describe('facts after one membership more or less', () => {
  const rules = rulesOf([rule('a', alpha, ['user'], { membership: 'direct' }), rule('b', beta, ['user'])]);
  const now = at(100);
  const joined = membershipDifference(graph([]), { kind: 'joined', groupId: alpha });
  const left = membershipDifference(graph([alpha]), { kind: 'left', groupId: alpha });
  const stillNested = membershipDifference(graph([alpha, beta], { [beta]: [alpha] }), { kind: 'left', groupId: alpha });
  const directly = (since: string, pendingSince?: string) => ({
    member: inSince(since, pendingSince),
    direct: inSince(since, pendingSince),
  });

  it.each<[string, Facts, typeof joined, Facts['groups']]>([
    ['know who joined', memberOf([]), joined, { [alpha]: directly(now) }],
    [
      'know directness beside a membership',
      memberOf([alpha]),
      joined,
      { [alpha]: { member: inSince(at(0)), direct: inSince(now) } },
    ],
    ['keep what was known', factsOf({ [alpha]: directly(at(0)) }), joined, { [alpha]: directly(at(0)) }],
    ['wait for nobody any more', factsOf({ [alpha]: directly(at(0), at(50)) }), joined, { [alpha]: directly(at(0)) }],
    [
      'take a fact from before the mapping anew',
      factsOf({ [alpha]: directly(at(-20_000)) }),
      joined,
      { [alpha]: directly(now) },
    ],
    ['forget who left', factsOf({ [alpha]: directly(at(0)) }), left, {}],
    [
      'forget directness of who stays nested',
      factsOf({ [alpha]: directly(at(0)) }),
      stillNested,
      { [alpha]: { member: inSince(at(0)) } },
    ],
    ['leave others alone', memberOf([beta, gamma]), left, memberOf([beta, gamma]).groups],
  ])('%s', (_case, facts, difference, groups) => {
    expect(factsAfter(facts, rules, difference, now)).toEqual({ ...facts, groups });
  });
});

describe('mapped groups that somebody is in, or is in no more', () => {
  const rules = rulesOf([rule('a', alpha, ['user'], { membership: 'direct' }), rule('b', beta, ['user'])]);
  const directly = { member: inSince(at(1)), direct: inSince(at(2)) };

  it.each<[string, Facts, Facts, ReturnType<typeof movedGroups>]>([
    ['nothing happens', memberOf([beta]), memberOf([beta]), []],
    ['one that no rule maps', memberOf([]), memberOf([gamma]), []],
    ['joined', memberOf([]), memberOf([beta]), [{ groupId: beta }]],
    ['left', memberOf([beta]), memberOf([]), [{ groupId: beta, lostSince: at(0) }]],
    [
      'left with its directness: one loss, of the membership',
      factsOf({ [alpha]: directly }),
      memberOf([]),
      [{ groupId: alpha, lostSince: at(1) }],
    ],
    [
      'left directly where a rule asks for that',
      factsOf({ [alpha]: directly }),
      factsOf({ [alpha]: { member: directly.member } }),
      [{ groupId: alpha, lostSince: at(2) }],
    ],
    [
      'two, in order of id',
      memberOf([beta]),
      factsOf({ [alpha]: { member: inSince(at(5)) } }),
      [{ groupId: alpha }, { groupId: beta, lostSince: at(0) }],
    ],
    ['left directly where none does', factsOf({ [beta]: directly }), memberOf([beta]), []],
    [
      'known from before its mapping only',
      factsOf({ [beta]: { member: inSince(at(-20_000)) }, [alpha]: { member: inSince(at(-20_000)) } }),
      memberOf([beta]),
      [{ groupId: beta }],
    ],
  ])('%s', (_case, before, after, moved) => {
    expect(movedGroups(before, after, rules)).toEqual(moved);
  });
});
