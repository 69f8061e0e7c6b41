import type { AccessException } from '../../../src/lib/model/exception.ts';
import type { Facts } from '../../../src/lib/model/facts.ts';
import { exception } from '../../builders/exception.ts';
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
  const stronger = rulesOf([rule('r', alpha, ['user']), rule('s', beta, ['admin'])], {
    conflicts: [{ id: 'apart', roles: ['user', 'admin'], action: 'withhold' }],
  });
  const memberReason = { code: 'memberOf', ...source };
  const viaBeta = { ruleId: 's', groupId: beta, groupName: 'Group b' };

  /** Reasons of what changes for a member of `alpha` when exceptions come and go. */
  function reasonsOf(was: readonly AccessException[], is: readonly AccessException[], rules = before) {
    const facts = memberOf([alpha]);
    const record = recordOf(facts, before, undefined, was);
    return planOf(record, facts, rules, undefined, is)?.changes.map(({ type, id, reasons: why }) => [type, id, ...why]);
  }

  const granted = exception('e1', 'grant', 'admin');
  const denied = exception('e1', 'deny', 'user');
  const scoped = exception('e1', 'scopes', 'user', { scopes: ['s1'] });
  const over = { endDateTime: at(-1) };
  const by = (code: string) => ({ code, by: 'e1' });

  it.each([
    ['a grant', [], [granted], ['grant', 'admin', by('exception')]],
    ['the end of a grant', [granted], [{ ...granted, ...over }], ['revoke', 'admin', by('exceptionEnded')]],
    ['a denial', [], [denied], ['revoke', 'user', by('exception')]],
    ['the end of a denial', [denied], [], ['grant', 'user', memberReason, by('exceptionEnded')]],
    ['other scopes', [], [scoped], ['update', 'user', by('exception'), memberReason]],
    ['the end of other scopes', [scoped], [], ['update', 'user', memberReason, by('exceptionEnded')]],
    [
      'a denial in one scope',
      [],
      [exception('e1', 'deny', 'user', { scopes: ['s1'] })],
      ['update', 'user', memberReason, by('exception')],
    ],
  ])('name %s', (_case, was, is, expected) => {
    expect(reasonsOf(was, is)).toEqual([expected]);
  });

  it('name the rules where they no longer define what an exception grants', () => {
    const without = rulesOf([rule('r', alpha, ['user'])], { roles: [{ id: 'user', precedence: 10 }] });
    expect(reasonsOf([granted], [granted], without)).toEqual([['revoke', 'admin', by('rulesChanged')]]);
  });

  it('name the group alone where an override ends with what it overrides', () => {
    const record = recordOf(memberOf([alpha]), before, undefined, [scoped]);
    const plan = planOf(record, factsOf({ [alpha]: { member: outSince(at(60)) } }), before, undefined, [scoped]);
    expect(plan?.changes.map(({ reasons: why }) => why)).toEqual([[{ code: 'notMemberOf', ...source }]]);
  });

  it('name the conflict that withholds, and the end of one', () => {
    const [user, both] = [memberOf([alpha]), memberOf([alpha, beta])];
    expect(reasons(both, stronger, recordOf(user, stronger))).toEqual([
      ['grant', 'admin', { code: 'memberOf', ...viaBeta }],
      ['revoke', 'user', { code: 'conflict', by: 'apart' }],
    ]);
    expect(reasons(user, stronger, recordOf(both, stronger))).toEqual([
      ['revoke', 'admin', { code: 'notMemberOf', ...viaBeta }],
      ['grant', 'user', memberReason, { code: 'conflictEnded', by: 'apart' }],
    ]);
  });

  it('name the stronger role that is gone', () => {
    const rules = {
      ...stronger,
      document: { ...stronger.document, conflicts: [], roleResolution: 'strongest' as const },
    };
    expect(reasons(memberOf([alpha]), rules, recordOf(memberOf([alpha, beta]), rules))).toEqual([
      ['revoke', 'admin', { code: 'notMemberOf', ...viaBeta }],
      ['grant', 'user', memberReason, { code: 'noLongerOutranked', by: 'admin' }],
    ]);
  });
});
