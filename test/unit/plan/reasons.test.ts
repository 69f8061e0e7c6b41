import type { Access, Assignment } from '../../../src/lib/model/access.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import { grantReasons, revokeReasons } from '../../../src/lib/plan/reasons.ts';
import { active, from, role } from '../../builders/access.ts';
import { factsOf, inSince, memberOf, outSince } from '../../builders/facts.ts';
import { planOf, recordOf } from '../../builders/record.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const before = rulesOf([rule('r', alpha, ['user'])]);
const recorded = recordOf(memberOf([alpha]), before);
const source = { ruleId: 'r', groupId: alpha, groupName: 'Group a' };

/** Reasons of every change that leads from the record of a `user` to these facts under these rules. */
function reasons(facts: Facts, rules = before, record = recorded) {
  return planOf(record, facts, rules)?.changes.map(({ type, id, reasons: why }) => [type, id, ...why]);
}

describe('why an entitlement is revoked', () => {
  const direct = rulesOf([rule('r', alpha, ['user'], { membership: 'direct' })]);
  const wasDirect = recordOf(factsOf({ [alpha]: { member: inSince(at(0)), direct: inSince(at(0)) } }), direct);
  const nestedOnly = factsOf({ [alpha]: { member: inSince(at(0)), direct: outSince(at(60)) } });
  const out = factsOf({ [alpha]: { member: outSince(at(60)), direct: outSince(at(60)) } });

  it.each([
    ['not a member any more', out, before, recorded, { code: 'notMemberOf', ...source }],
    ['not a direct member any more', nestedOnly, direct, wasDirect, { code: 'notDirectMemberOf', ...source }],
    ['not even a nested member', out, direct, wasDirect, { code: 'notMemberOf', ...source }],
    ['now a guest', memberOf([alpha], { type: 'guest' }), before, recorded, { code: 'guest', ...source }],
    ['the rule is gone', memberOf([alpha]), rulesOf([]), recorded, { code: 'rulesChanged', ...source }],
    [
      'the rule is switched off',
      memberOf([alpha]),
      rulesOf([rule('r', alpha, ['user'], { enabled: false })]),
      recorded,
      { code: 'rulesChanged', ...source },
    ],
    [
      'the rule maps another group',
      memberOf([alpha]),
      rulesOf([rule('r', beta, ['user'])]),
      recorded,
      { code: 'rulesChanged', ...source },
    ],
    [
      'the rule gives something else to members',
      memberOf([alpha]),
      rulesOf([rule('r', alpha, { teams: [] })]),
      recorded,
      { code: 'rulesChanged', ...source },
    ],
  ])('%s', (_case, facts, rules, record, reason) => {
    expect(reasons(facts, rules, record)).toEqual([['revoke', 'user', reason]]);
  });

  it('is the rules, for a guest whom a rule gives what it gives members', () => {
    const guest = memberOf([alpha], { type: 'guest' });
    const was = rulesOf([rule('r', alpha, ['user'], { guests: 'include' })]);
    const is = rulesOf([rule('r', alpha, ['admin'], { guests: 'include' })]);
    expect(reasons(guest, is, recordOf(guest, was))).toEqual([
      ['grant', 'admin', { code: 'memberOf', ...source }],
      ['revoke', 'user', { code: 'rulesChanged', ...source }],
    ]);
  });

  it('is a stronger role', () => {
    const rules = rulesOf([rule('r', alpha, ['user']), rule('s', beta, ['admin'])], { roleResolution: 'strongest' });
    expect(reasons(memberOf([alpha, beta]), rules)).toEqual([
      ['grant', 'admin', { code: 'memberOf', ruleId: 's', groupId: beta, groupName: 'Group b' }],
      ['revoke', 'user', { code: 'outranked', by: 'admin' }],
    ]);
  });

  it('is each of several groups', () => {
    const rules = rulesOf([rule('r', alpha, ['user']), rule('s', beta, ['user'])]);
    const facts = factsOf({ [alpha]: { member: outSince(at(60)) } });
    expect(reasons(facts, rules, recordOf(memberOf([alpha, beta]), rules))).toEqual([
      [
        'revoke',
        'user',
        { code: 'notMemberOf', ...source },
        { code: 'notMemberOf', ruleId: 's', groupId: beta, groupName: 'Group b' },
      ],
    ]);
  });

  it('is the default role giving way', () => {
    const rules = rulesOf([rule('s', beta, ['manager']), rule('t', gamma, { teams: ['red'] })], {
      defaultRole: 'user',
    });
    expect(reasons(memberOf([beta, gamma]), rules, recordOf(memberOf([gamma]), rules))).toEqual([
      ['grant', 'manager', { code: 'memberOf', ruleId: 's', groupId: beta, groupName: 'Group b' }],
      ['revoke', 'user', { code: 'default' }],
    ]);
  });
});

describe('why an entitlement is granted or updated', () => {
  it('is the default role', () => {
    const rules = rulesOf([rule('r', alpha, { teams: ['red'] })], { defaultRole: 'user' });
    expect(
      reasons(memberOf([alpha]), rules, recordOf(memberOf([alpha]), rulesOf([rule('r', alpha, { teams: ['red'] })]))),
    ).toEqual([['grant', 'user', { code: 'default' }]]);
  });

  it('is, for an update, also the group that no longer gives it', () => {
    const rules = rulesOf([rule('r', alpha, ['user']), rule('s', beta, ['user'], { scopes: ['s1'] })]);
    const facts = factsOf({ [alpha]: { member: outSince(at(60)) }, [beta]: { member: inSince(at(0)) } });
    expect(reasons(facts, rules, recordOf(memberOf([alpha, beta]), rules))).toEqual([
      [
        'update',
        'user',
        { code: 'memberOf', ruleId: 's', groupId: beta, groupName: 'Group b' },
        { code: 'notMemberOf', ...source },
      ],
    ]);
  });

  it('is, for an update, also the role that is stronger in some scope', () => {
    const rules = rulesOf([rule('r', alpha, ['user']), rule('s', beta, ['admin'], { scopes: ['s1'] })], {
      roleResolution: 'strongest',
    });
    expect(reasons(memberOf([alpha, beta]), rules)).toEqual([
      ['grant', 'admin', { code: 'memberOf', ruleId: 's', groupId: beta, groupName: 'Group b' }],
      ['update', 'user', { code: 'memberOf', ...source }, { code: 'outranked', by: 'admin' }],
    ]);
  });
});

describe('reasons of exceptions and conflicts', () => {
  const situation = (access: Access) => ({ recorded, facts: memberOf([alpha]), access, rules: before });
  const excepted: Assignment = role('user', [{ origin: 'exception', exceptionId: 'e1' }]);
  const beaten = { kind: 'role', id: 'user', scopes: [], sources: [from('r', alpha)] } as const;

  it('names the exception that grants, and the one that ended', () => {
    expect(grantReasons(excepted, undefined, situation(active([excepted])))).toEqual([{ code: 'exception', by: 'e1' }]);
    expect(revokeReasons(excepted, situation(active([])))).toEqual([{ code: 'exception', by: 'e1' }]);
  });

  it.each([
    ['denied', 'exception'],
    ['conflict', 'conflict'],
    ['outranked', 'outranked'],
  ] as const)('names what beat it: %s', (reason, code) => {
    expect(revokeReasons(beaten, situation(active([], [{ ...beaten, reason, by: 'x' }])))).toEqual([{ code, by: 'x' }]);
  });
});
