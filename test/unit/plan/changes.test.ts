import type { AccessRecord } from '../../../src/lib/model/access.ts';
import { noFacts, type Facts } from '../../../src/lib/model/facts.ts';
import type { Plan } from '../../../src/lib/model/plan.ts';
import { from, role } from '../../builders/access.ts';
import { exception } from '../../builders/exception.ts';
import { account, factsOf, inSince, memberOf, outSince } from '../../builders/facts.ts';
import { applied, planOf, recordOf, tenantId, userId } from '../../builders/record.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const rules = rulesOf([rule('a', alpha, ['admin']), rule('b', beta, ['user'])]);
const [admin, user] = [role('admin', [from('a', alpha)]), role('user', [from('b', beta)])];
const memberOfA = { code: 'memberOf', ruleId: 'a', groupId: alpha, groupName: 'Group a' };
const memberOfB = { code: 'memberOf', ruleId: 'b', groupId: beta, groupName: 'Group b' };

/** A plan that must exist. */
function planned(recorded: AccessRecord | undefined, facts: Facts, inForce = rules): Plan {
  const plan = planOf(recorded, facts, inForce);
  if (!plan) throw new Error('Nothing is planned.');
  return plan;
}

describe('changes, a new user', () => {
  it('grants everything, with every list spelled out', () => {
    const facts = memberOf([alpha, beta]);
    const fact = JSON.stringify({ member: inSince(at(0)) });
    const derivedRole = (id: string, ruleId: string, groupId: string) => ({
      partition: `role|${id}`,
      rowKey: userId,
      values: { scopes: '[]', exceptScopes: '[]', sources: JSON.stringify([from(ruleId, groupId)]) },
    });
    expect(planned(undefined, facts)).toEqual({
      desired: {
        tenantId,
        userId,
        rulesVersion: 1,
        state: 'active',
        identity: { displayName: 'Ada', userPrincipalName: 'ada@contoso.com' },
        facts,
        assignments: [admin, user],
        losers: [],
        conflicts: [],
      },
      stateBefore: undefined,
      changes: [
        { type: 'grant', kind: 'role', id: 'admin', after: admin, reasons: [memberOfA], privileged: true },
        { type: 'grant', kind: 'role', id: 'user', after: user, reasons: [memberOfB], privileged: false },
      ],
      modifiedProperties: [
        { displayName: 'assignments.role.admin', oldValue: null, newValue: JSON.stringify(admin) },
        { displayName: 'assignments.role.user', oldValue: null, newValue: JSON.stringify(user) },
        { displayName: 'facts.account.state', oldValue: null, newValue: 'enabled' },
        { displayName: 'facts.account.type', oldValue: null, newValue: 'member' },
        { displayName: `facts.groups.${alpha}.member`, oldValue: null, newValue: `in since ${at(0)}` },
        { displayName: `facts.groups.${beta}.member`, oldValue: null, newValue: `in since ${at(0)}` },
        { displayName: 'identity.displayName', oldValue: null, newValue: 'Ada' },
        { displayName: 'identity.userPrincipalName', oldValue: null, newValue: 'ada@contoso.com' },
        { displayName: 'state', oldValue: null, newValue: 'active' },
      ],
      derived: [
        derivedRole('admin', 'a', alpha),
        derivedRole('user', 'b', beta),
        { partition: `group|${alpha}`, rowKey: userId, values: { fact } },
        { partition: `group|${beta}`, rowKey: userId, values: { fact } },
        {
          partition: 'accounts',
          rowKey: userId,
          values: { fact: JSON.stringify(account()), displayName: 'Ada', userPrincipalName: 'ada@contoso.com' },
        },
        { partition: 'upn', rowKey: 'ada@contoso.com', owner: userId, values: { userId } },
      ],
    });
  });

  it.each([
    ['is in no mapped group, even with a default role (P9)', memberOf([])],
    ['is nobody we know', noFacts],
    ['has an account that could not be read', { groups: memberOf([alpha]).groups }],
  ])('has no record while the user %s', (_case, facts) => {
    expect(planOf(undefined, facts, rulesOf([rule('a', alpha, ['admin'])], { defaultRole: 'user' }))).toBeUndefined();
  });

  it.each([
    ['in effect', {}, ['admin']],
    ['that is over', { endDateTime: at(-1) }, []],
    ['that was closed', { closedDateTime: at(-1) }, []],
  ])('is recorded in no mapped group, with an exception %s (R23)', (_case, special, roles) => {
    const rules = rulesOf([rule('a', alpha, ['admin'])]);
    const plan = planOf(undefined, memberOf([]), rules, undefined, [exception('e', 'grant', 'admin', special)]);
    expect(plan?.desired.assignments.map(({ id }) => id)).toEqual(roles);
    expect(plan?.changes.map(({ type, id }) => [type, id])).toEqual(roles.map((id) => ['grant', id]));
  });

  it('has no record for an exception of somebody who is nobody', () => {
    expect(planOf(undefined, noFacts, rulesOf([]), undefined, [exception('e', 'grant', 'admin')])).toBeUndefined();
  });

  it('is recorded with nothing when rules exclude guests', () => {
    const plan = planned(undefined, memberOf([alpha], { type: 'guest' }));
    expect(plan.desired.assignments).toEqual([]);
    expect(plan.changes).toEqual([]);
    expect(plan.derived.map(({ partition }) => partition)).toEqual([`group|${alpha}`, 'accounts', 'upn']);
  });
});

describe('changes, nothing to do', () => {
  const recorded = recordOf(memberOf([alpha]), rules);

  it.each<[string, Facts, typeof rules]>([
    ['the same again', memberOf([alpha]), rules],
    ['another version of rules that decides the same', memberOf([alpha]), { ...rules, version: 2 }],
    [
      'an out that is remembered for the lag alone',
      factsOf({ [alpha]: { member: inSince(at(0)), direct: outSince(at(59)) }, [beta]: { member: outSince(at(59)) } }),
      rules,
    ],
  ])('%s', (_case, facts, inForce) => {
    expect(planOf(recorded, facts, inForce)).toBeUndefined();
  });
});

describe('changes, what one user gains and loses', () => {
  const recorded = recordOf(memberOf([alpha]), rules);

  it('grants and revokes at once, each with its reason', () => {
    const facts = factsOf({ [alpha]: { member: outSince(at(60)) }, [beta]: { member: inSince(at(60)) } });
    const plan = planned(recorded, facts);
    expect(plan.stateBefore).toBe('active');
    expect(plan.changes).toEqual([
      {
        type: 'revoke',
        kind: 'role',
        id: 'admin',
        before: admin,
        reasons: [{ ...memberOfA, code: 'notMemberOf' }],
        privileged: true,
      },
      { type: 'grant', kind: 'role', id: 'user', after: user, reasons: [memberOfB], privileged: false },
    ]);
    expect(plan.modifiedProperties).toEqual([
      { displayName: 'assignments.role.admin', oldValue: JSON.stringify(admin), newValue: null },
      { displayName: 'assignments.role.user', oldValue: null, newValue: JSON.stringify(user) },
      { displayName: `facts.groups.${alpha}.member`, oldValue: `in since ${at(0)}`, newValue: null },
      { displayName: `facts.groups.${beta}.member`, oldValue: null, newValue: `in since ${at(60)}` },
    ]);
    expect(plan.derived.map(({ partition, values }) => [partition, values !== undefined])).toEqual([
      ['role|admin', false],
      [`group|${alpha}`, false],
      ['role|user', true],
      [`group|${beta}`, true],
    ]);
  });

  it('is a difference when a fact was lost and won again', () => {
    expect(planned(recorded, factsOf({ [alpha]: { member: inSince(at(30)) } }))).toMatchObject({
      changes: [],
      modifiedProperties: [
        {
          displayName: `facts.groups.${alpha}.member`,
          oldValue: `in since ${at(0)}`,
          newValue: `in since ${at(30)}`,
        },
      ],
    });
  });

  it('updates what waits, and says so in the facts', () => {
    const facts = factsOf({ [alpha]: { member: inSince(at(0), at(60)) } }, { pendingSince: at(60) });
    const plan = planned(recorded, facts);
    expect(plan.changes).toMatchObject([{ type: 'update', id: 'admin', before: admin, reasons: [memberOfA] }]);
    expect(plan.changes[0]?.after).toEqual({ ...admin, pendingSince: at(60) });
    expect(plan.modifiedProperties.filter(({ displayName }) => displayName.startsWith('facts.'))).toEqual([
      {
        displayName: 'facts.account.state',
        oldValue: 'enabled',
        newValue: `enabled, pending revocation since ${at(60)}`,
      },
      {
        displayName: `facts.groups.${alpha}.member`,
        oldValue: `in since ${at(0)}`,
        newValue: `in since ${at(0)}, pending revocation since ${at(60)}`,
      },
    ]);
  });

  it('changes nothing but names when a group was renamed (P5, P12)', () => {
    const renamed = rulesOf([rule('a', alpha, ['admin']), rule('b', beta, ['user'])], { names: { [alpha]: 'New' } });
    const plan = planned(recorded, memberOf([alpha]), renamed);
    expect(plan.changes.map(({ type, id }) => [type, id])).toEqual([['update', 'admin']]);
    expect(JSON.stringify(plan.desired).replaceAll('"New"', '"Group a"')).toBe(
      JSON.stringify(planOf(undefined, memberOf([alpha]), rules)?.desired),
    );
  });

  it('notices a changed name, mail and address, and nothing else with them', () => {
    const identity = { displayName: 'Ada L.', mail: 'ada@contoso.com', userPrincipalName: 'Lovelace@contoso.com' };
    const plan = planOf(recorded, memberOf([alpha]), rules, identity);
    expect(plan).toMatchObject({ changes: [] });
    expect(plan?.modifiedProperties.map(({ displayName }) => displayName)).toEqual([
      'identity.displayName',
      'identity.mail',
      'identity.userPrincipalName',
    ]);
  });
});

describe('changes, the account', () => {
  const active = recordOf(memberOf([alpha, beta]), rules);
  const disabled = memberOf([alpha, beta], { state: 'disabled', since: at(60) });
  const suspended = applied(planned(active, disabled), active);
  const removed = applied(planned(active, factsOf({}, { state: 'deleted', since: at(60) })), active);

  const summary = (plan: Plan) => plan.changes.map(({ type, id, reasons }) => [type, id, reasons]);

  it('revokes everything in effect from a disabled account, and keeps what it would have', () => {
    const plan = planned(active, disabled);
    expect(summary(plan)).toEqual([
      ['revoke', 'admin', [{ code: 'accountDisabled' }]],
      ['revoke', 'user', [{ code: 'accountDisabled' }]],
    ]);
    expect(plan.desired).toMatchObject({ state: 'suspended', assignments: [admin, user] });
    expect(plan.derived.map(({ partition, values }) => [partition, values !== undefined])).toEqual([
      ['role|admin', false],
      ['role|user', false],
      ['accounts', true],
    ]);
  });

  it('grants nothing to a suspended account, whatever it joins', () => {
    const facts = memberOf([alpha], { state: 'disabled', since: at(60) });
    expect(planned(suspended, facts)).toMatchObject({ changes: [], desired: { assignments: [admin] } });
  });

  it('brings everything back with the account', () => {
    expect(summary(planned(suspended, memberOf([alpha, beta], { since: at(70) })))).toEqual([
      ['grant', 'admin', [{ code: 'accountEnabled' }, memberOfA]],
      ['grant', 'user', [{ code: 'accountEnabled' }, memberOfB]],
    ]);
  });

  it('revokes everything from a deleted account, and frees its name', () => {
    const plan = planned(active, factsOf({}, { state: 'deleted', since: at(60) }));
    expect(summary(plan)).toEqual([
      ['revoke', 'admin', [{ code: 'accountDeleted' }]],
      ['revoke', 'user', [{ code: 'accountDeleted' }]],
    ]);
    expect(plan.desired).toMatchObject({ state: 'removed', assignments: [] });
    expect(plan.derived).toContainEqual({ partition: 'upn', rowKey: 'ada@contoso.com', owner: userId });
  });

  it('has nothing more to revoke when a suspended account is deleted', () => {
    const plan = planned(suspended, factsOf({}, { state: 'deleted', since: at(90) }));
    expect(plan).toMatchObject({ changes: [], stateBefore: 'suspended', desired: { state: 'removed' } });
  });

  it('says that a restored account is why', () => {
    expect(summary(planned(removed, memberOf([beta], { since: at(90) })))).toEqual([
      ['grant', 'user', [{ code: 'accountRestored' }, memberOfB]],
    ]);
  });
});
