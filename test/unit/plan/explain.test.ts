import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { AccessException } from '../../../src/lib/model/exception.ts';
import { type Facts, noFacts } from '../../../src/lib/model/facts.ts';
import { type EntitlementExplanation, explain } from '../../../src/lib/plan/explain.ts';
import { exception } from '../../builders/exception.ts';
import { factsOf, inSince, memberOf, outSince } from '../../builders/facts.ts';
import { alpha, beta, patternRule, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const now = new Date(at(70));
const plain = rulesOf([rule('a', alpha, ['admin'])]);
const guestsGet = rulesOf([rule('a', alpha, ['user'], { guests: { grants: { roles: ['admin'] } } })]);
const admin = { kind: 'role', id: 'admin' } as const;

function explained(
  facts: Facts,
  rules: ActiveRules = plain,
  exceptions: readonly AccessException[] = [],
  isRecorded = true,
): EntitlementExplanation {
  const entry = explain({ isRecorded, facts, exceptions }, rules, now).entitlements.find(({ id }) => id === 'admin');
  if (entry === undefined) throw new Error('The document does not define the role.');
  return entry;
}

describe('why somebody does not hold a role (A24)', () => {
  const member = memberOf([alpha]);
  const direct = rulesOf([rule('a', alpha, ['admin'], { membership: 'direct' })]);
  const newlyDirect = rulesOf([rule('a', alpha, ['admin'], { membership: 'direct' })], { directSince: at(30) });

  it.each<[string, string, Facts, ActiveRules?, AccessException[]?]>([
    ['nothing is known of the account', 'unknownAccount', noFacts],
    ['the account is deleted', 'accountDeleted', factsOf({}, { state: 'deleted' })],
    ['the account is disabled', 'accountDisabled', memberOf([alpha], { state: 'disabled' })],
    ['no rule gives it', 'noRule', member, rulesOf([rule('a', alpha, ['user'])])],
    ['the rule is off', 'ruleOff', member, rulesOf([rule('a', alpha, ['admin'], { enabled: false })])],
    [
      'the group is off',
      'groupOff',
      member,
      rulesOf([rule('a', alpha, ['admin'])], { groups: [{ id: alpha, enabled: false }] }),
    ],
    ['the rule has no group', 'noGroup', member, { ...plain, pins: [] }],
    [
      'the rule that is off has no group',
      'ruleOff',
      member,
      { ...rulesOf([rule('a', alpha, ['admin'], { enabled: false })]), pins: [] },
    ],
    ['they are not in the group', 'notMember', memberOf([beta])],
    ['they are only nested', 'onlyNested', member, direct],
    [
      'the mapping is younger than the fact',
      'notReadYet',
      member,
      rulesOf([rule('a', alpha, ['admin'])], { mappedSince: at(30) }),
    ],
    [
      'directness was mapped later',
      'notReadYet',
      factsOf({ [alpha]: { member: inSince(at(0)), direct: inSince(at(0)) } }),
      rulesOf([rule('a', alpha, ['admin'], { membership: 'direct' })], { directSince: at(30) }),
    ],
    ['directness is asked for later, and was never read', 'notReadYet', member, newlyDirect],
    [
      'directness was lost before it is asked for again',
      'notReadYet',
      factsOf({ [alpha]: { member: inSince(at(0)), direct: outSince(at(10)) } }),
      newlyDirect,
    ],
    [
      'they were read since directness is asked for',
      'onlyNested',
      factsOf({ [alpha]: { member: inSince(at(40)) } }),
      newlyDirect,
    ],
    [
      'they are only nested, and directness is asked for since the mapping',
      'onlyNested',
      member,
      { ...direct, pins: direct.pins.map(({ directSince, ...pin }) => pin) },
    ],
    ['guests are excluded', 'guest', memberOf([alpha], { type: 'guest' })],
    ['guests alone get it', 'notGuest', member, guestsGet],
    ['an exception denies it', 'denied', member, plain, [exception('e1', 'deny', 'admin')]],
    [
      'their exception is closed',
      'closed',
      memberOf([]),
      plain,
      [exception('e1', 'grant', 'admin', { closedDateTime: at(40), closedBy: 'eve' })],
    ],
    [
      'their exception is over',
      'ended',
      memberOf([]),
      plain,
      [exception('e1', 'grant', 'admin', { endDateTime: at(40) })],
    ],
    [
      'their exception is to come',
      'notStarted',
      memberOf([]),
      plain,
      [exception('e1', 'grant', 'admin', { startDateTime: at(90) })],
    ],
    [
      'a stronger role outranks it',
      'outranked',
      memberOf([alpha, beta]),
      rulesOf([rule('a', alpha, ['admin']), rule('b', beta, ['chief'])], {
        roleResolution: 'strongest',
        roles: [
          { id: 'chief', precedence: 1 },
          { id: 'admin', precedence: 2 },
        ],
      }),
    ],
    [
      'a conflict withholds it',
      'conflict',
      memberOf([alpha, beta]),
      rulesOf([rule('a', alpha, ['admin']), rule('b', beta, ['chief'])], {
        roles: [
          { id: 'chief', precedence: 1 },
          { id: 'admin', precedence: 2 },
        ],
        conflicts: [{ id: 'duty', roles: ['chief', 'admin'], action: 'withhold' }],
      }),
    ],
    [
      'it is the default and they have another role',
      'otherRole',
      memberOf([beta]),
      rulesOf([rule('b', beta, ['user'])], { defaultRole: 'admin' }),
    ],
    [
      'it is the default and guests are excluded',
      'guest',
      memberOf([], { type: 'guest' }),
      rulesOf([rule('b', beta, ['user'])], { defaultRole: 'admin' }),
    ],
  ])('because %s', (...row) => {
    const [, whyNot, facts, rules, exceptions] = row;
    const entry = explained(facts, rules, exceptions);
    expect([entry.whyNot, entry.held]).toEqual([whyNot, undefined]);
  });

  it('believes the directory where it says who is directly in a group', () => {
    const told = (...ids: string[]) => {
      const user = { isRecorded: true, facts: member, exceptions: [], directGroups: new Set(ids) };
      return explain(user, newlyDirect, now).entitlements.find(({ id }) => id === 'admin')?.whyNot;
    };
    expect([told(alpha), told(beta)]).toEqual(['notReadYet', 'onlyNested']);
  });

  it('names the rule and the group of every way that is closed', () => {
    const two = rulesOf([rule('b', beta, ['admin'], { enabled: false }), rule('a', alpha, ['admin'])]);
    expect(explained(memberOf([]), two)).toMatchObject({
      whyNot: 'notMember',
      closed: [
        { origin: 'group', failed: 'notMember', ruleId: 'a', groupId: alpha, groupName: 'Group a' },
        { origin: 'group', failed: 'ruleOff', ruleId: 'b', groupId: beta },
      ],
    });
  });

  it('is quick with a template made to be slow', () => {
    const id = `${'a-'.repeat(60)}y`;
    const rules = rulesOf([patternRule('p', 'App_{Role}', { roles: [`${'{Role}-'.repeat(16)}x`] })], {
      roles: [{ id, precedence: 1 }],
    });
    const startedAt = performance.now();
    const user = { isRecorded: true, facts: memberOf([alpha]), exceptions: [] };
    expect(explain(user, rules, new Date(at(100))).entitlements).toMatchObject([{ whyNot: 'noRule' }]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('tells of a pattern what it would give to some group', () => {
    const rules = rulesOf([patternRule('p', 'App_{Role}', { roles: ['a{Role}n'] })]);
    expect(explained(memberOf([]), { ...rules, pins: [] })).toMatchObject({
      whyNot: 'noGroup',
      closed: [{ failed: 'noGroup', ruleId: 'p' }],
    });
  });
});

describe('why somebody holds a role', () => {
  it('names every source with its scopes, and what is taken of it', () => {
    const rules = rulesOf([
      rule('a', alpha, ['admin'], { scopes: ['s1', 's2'] }),
      rule('b', beta, ['admin'], { enabled: false }),
    ]);
    const denied = exception('no', 'deny', 'admin', { scopes: ['s2'] });
    expect(explained(memberOf([alpha]), rules, [denied])).toMatchObject({
      ...admin,
      held: { scopes: ['s1'] },
      given: [{ scopes: ['s1', 's2'], source: { origin: 'group', ruleId: 'a', groupId: alpha } }],
      taken: [{ scopes: ['s2'], reason: 'denied', by: 'no' }],
      closed: [{ failed: 'ruleOff', ruleId: 'b' }],
    });
  });

  it('says what a suspended user would hold', () => {
    expect(explained(memberOf([alpha], { state: 'disabled' }))).toMatchObject({
      whyNot: 'accountDisabled',
      given: [{ source: { ruleId: 'a' } }],
    });
  });

  it('says that the default role is given by nothing else', () => {
    const rules = rulesOf([rule('b', beta, ['user'])], { defaultRole: 'admin' });
    expect(explained(memberOf([]), rules)).toMatchObject({ given: [{ source: { origin: 'default' } }], closed: [] });
  });

  describe('that is the default role, of which nothing is recorded (P9)', () => {
    const rules = rulesOf([rule('b', beta, ['user'])], { defaultRole: 'admin' });
    const stranger = (facts: Facts, exceptions: readonly AccessException[] = []) =>
      explained(facts, rules, exceptions, false);

    it('does not have it while in no mapped group', () => {
      const closed = [{ origin: 'default', failed: 'notRecorded' }];
      expect(stranger(memberOf([]))).toMatchObject({ whyNot: 'notRecorded', given: [], closed });
      expect(stranger(memberOf([]))).not.toHaveProperty('held');
      const guest = memberOf([], { type: 'guest' });
      expect(stranger(guest)).toMatchObject({ whyNot: 'guest', given: [] });
    });

    it('has it once in a mapped group that gives no role, or with an exception', () => {
      const given = [{ source: { origin: 'default' } }];
      expect(stranger(memberOf([alpha]))).toMatchObject({ held: {}, given, closed: [] });
      expect(stranger(memberOf([]), [exception('e', 'deny', 'user')])).toMatchObject({ held: {}, given, closed: [] });
    });
  });
});
