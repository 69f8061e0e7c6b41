import type { Assignment, Loser, Source } from '../../../src/lib/model/access.ts';
import type { AccessException } from '../../../src/lib/model/exception.ts';
import { active, from, role } from '../../builders/access.ts';
import { decided } from '../../builders/decided.ts';
import { exception } from '../../builders/exception.ts';
import { factsOf, inSince, memberOf } from '../../builders/facts.ts';
import { alpha, beta, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const rules = rulesOf([rule('r', alpha, ['user'], { scopes: ['s1', 's2'] })]);
const user = role('user', [from('r', alpha)], ['s1', 's2']);
const by = (exceptionId: string): Source => ({ origin: 'exception', exceptionId });
const denied = (assignment: Assignment, id: string, scopes: readonly string[] = assignment.scopes): Loser => {
  const { kind, id: entitlementId, sources } = assignment;
  return { kind, id: entitlementId, scopes, sources, reason: 'denied', by: id };
};

/** Access of somebody in `alpha`, at `at(0)`. */
const withExceptions = (...exceptions: readonly AccessException[]) => decided(memberOf([alpha]), rules, exceptions);

describe('decide, exceptions that grant', () => {
  it.each<readonly [string, AccessException, readonly Assignment[]]>([
    ['another role', exception('e', 'grant', 'admin'), [role('admin', [by('e')]), user]],
    ['it in a scope', exception('e', 'grant', 'admin', { scopes: ['s9'] }), [role('admin', [by('e')], ['s9']), user]],
    [
      'what rules give, in a further scope',
      exception('e', 'grant', 'user', { scopes: ['s3'] }),
      [role('user', [by('e'), from('r', alpha)], ['s1', 's2', 's3'])],
    ],
    ['nothing that the document does not define', exception('e', 'grant', 'ghost'), [user]],
    [
      'another kind of entitlement, which is not defined either',
      exception('e', 'grant', '', { entitlement: { kind: 'team', id: 'user' } }),
      [user],
    ],
  ])('give %s', (_case, granted, assignments) => {
    expect(withExceptions(granted)).toEqual(active(assignments));
  });

  it.each([
    ['role', 'roles', []],
    ['businessFunction', 'businessFunctions', ['s1']],
    ['team', 'teams', ['s1', 's2']],
    ['permission', 'permissions', ['s3']],
  ] as const)(
    'give a %s as a rule would: one assignment that differs in its source alone (D20)',
    (kind, list, scopes) => {
      const gives = { [list]: [kind === 'role' ? 'admin' : 'x'] };
      const ofGroup = rulesOf([rule('r', alpha, gives, { scopes: [...scopes] })]);
      const [byRule] = decided(memberOf([alpha]), ofGroup).assignments;
      const id = byRule?.id ?? '';
      const ofUser = exception('e', 'grant', '', { entitlement: { kind, id }, scopes });
      expect(byRule).toMatchObject({ kind, scopes });
      expect(decided(memberOf([]), ofGroup, [ofUser])).toEqual(active([{ kind, id, scopes, sources: [by('e')] }]));
      expect(byRule).toEqual({ kind, id, scopes, sources: [from('r', alpha)] });
    },
  );

  it('are for people whom no rule covers (R23), and for guests whom the document excludes', () => {
    const admin = active([role('admin', [by('e')])]);
    expect(decided(memberOf([]), rules, [exception('e', 'grant', 'admin')])).toEqual(admin);
    expect(decided(memberOf([alpha], { type: 'guest' }), rules, [exception('e', 'grant', 'admin')])).toEqual(admin);
  });

  it('leave a suspended user what they would have, and nothing to a removed one', () => {
    const granted = [exception('e', 'grant', 'admin')];
    expect(decided(memberOf([], { state: 'disabled' }), rules, granted)).toEqual({
      ...active([role('admin', [by('e')])]),
      state: 'suspended',
    });
    expect(decided(memberOf([], { state: 'deleted' }), rules, granted)).toEqual({ ...active([]), state: 'removed' });
  });

  it('stand beside groups and the default role in one record (D3)', () => {
    const mixed = rulesOf([rule('r', alpha, { teams: ['red'] })], { defaultRole: 'user' });
    const team: AccessException = exception('e', 'grant', '', { entitlement: { kind: 'team', id: 'red' } });
    expect(decided(memberOf([alpha]), mixed, [team])).toEqual(
      active([
        role('user', [{ origin: 'default' }]),
        { kind: 'team', id: 'red', scopes: [], sources: [by('e'), from('r', alpha)] },
      ]),
    );
  });
});

describe('decide, exceptions that deny', () => {
  it.each<readonly [string, readonly AccessException[], readonly Assignment[], readonly Loser[]]>([
    ['wholly', [exception('e', 'deny', 'user')], [], [denied(user, 'e')]],
    [
      'in some scopes',
      [exception('e', 'deny', 'user', { scopes: ['s2', 's3'] })],
      [{ ...user, scopes: ['s1'] }],
      [denied(user, 'e', ['s2'])],
    ],
    ['where it is not held', [exception('e', 'deny', 'user', { scopes: ['s3'] })], [user], []],
    ['what is not held', [exception('e', 'deny', 'admin')], [user], []],
    [
      'what another exception grants',
      [exception('g', 'grant', 'admin'), exception('e', 'deny', 'admin')],
      [user],
      [denied(role('admin', [by('g')]), 'e')],
    ],
    [
      'some scopes of what applies everywhere, the first of two by id',
      [
        exception('g', 'grant', 'admin'),
        exception('f', 'deny', 'admin', { scopes: ['s2', 's3'] }),
        exception('e', 'deny', 'admin', { scopes: ['s2', 's1'] }),
      ],
      [{ ...role('admin', [by('g')]), exceptScopes: ['s1', 's2', 's3'] }, user],
      [denied(role('admin', [by('g')]), 'e', ['s1', 's2']), denied(role('admin', [by('g')]), 'f', ['s3'])],
    ],
  ])('%s', (_case, exceptions, assignments, losers) => {
    expect(withExceptions(...exceptions)).toEqual(active(assignments, losers));
    expect(withExceptions(...exceptions.toReversed())).toEqual(active(assignments, losers));
  });

  it('pass a hold: what only a hold keeps is gone', () => {
    const facts = factsOf({ [alpha]: { member: inSince(at(0), at(5)) } });
    expect(decided(facts, rules, [exception('e', 'deny', 'user')]).assignments).toEqual([]);
  });

  it('let the next role win where the strongest is denied', () => {
    const strongest = rulesOf([rule('1', alpha, ['admin']), rule('2', beta, ['user'])], {
      roleResolution: 'strongest',
    });
    const [admin, plain] = [role('admin', [from('1', alpha)]), role('user', [from('2', beta)])];
    const beaten = { kind: 'role', id: 'user', scopes: [], exceptScopes: ['s1'], sources: plain.sources } as const;
    expect(decided(memberOf([alpha, beta]), strongest, [exception('e', 'deny', 'admin', { scopes: ['s1'] })])).toEqual(
      active(
        [
          { ...admin, exceptScopes: ['s1'] },
          { ...plain, scopes: ['s1'] },
        ],
        [denied(admin, 'e', ['s1']), { ...beaten, reason: 'outranked', by: 'admin' }],
      ),
    );
  });
});

describe('decide, exceptions that replace scopes (D14)', () => {
  it('give two users of one group different scopes', () => {
    const override = exception('e', 'scopes', 'user', { scopes: ['s9'] });
    expect(withExceptions()).toEqual(active([user]));
    expect(withExceptions(override)).toEqual(active([role('user', [by('e'), from('r', alpha)], ['s9'])]));
  });

  it.each<readonly [string, readonly AccessException[], Assignment]>([
    ['everywhere', [exception('e', 'scopes', 'user')], role('user', [by('e'), from('r', alpha)])],
    [
      'those of the one that started last',
      [
        exception('e', 'scopes', 'user', { scopes: ['s8'], startDateTime: '2026-01-02T00:00:00+02:00' }),
        exception('f', 'scopes', 'user', { scopes: ['s9'], startDateTime: '2026-01-01T23:00:00Z' }),
      ],
      role('user', [by('f'), from('r', alpha)], ['s9']),
    ],
    [
      'those of the lower id, of two that started at once',
      [exception('f', 'scopes', 'user', { scopes: ['s8'] }), exception('e', 'scopes', 'user', { scopes: ['s9'] })],
      role('user', [by('e'), from('r', alpha)], ['s9']),
    ],
    [
      'not of what another exception grants',
      [exception('e', 'scopes', 'user', { scopes: ['s9'] }), exception('g', 'grant', 'user', { scopes: ['s8'] })],
      role('user', [by('e'), by('g'), from('r', alpha)], ['s8', 's9']),
    ],
    ['nothing of another entitlement', [exception('e', 'scopes', 'admin', { scopes: ['s9'] })], user],
  ])('give %s', (_case, exceptions, expected) => {
    expect(withExceptions(...exceptions)).toEqual(active([expected]));
    expect(withExceptions(...exceptions.toReversed())).toEqual(active([expected]));
  });

  it('wait with the fact that a hold keeps: by itself an override gives nothing', () => {
    const facts = factsOf({ [alpha]: { member: inSince(at(0), at(5)) } });
    const override = exception('e', 'scopes', 'user', { scopes: ['s9'] });
    expect(decided(facts, rules, [override]).assignments.map(({ pendingSince }) => pendingSince)).toEqual([at(5)]);
    expect(decided(memberOf([]), rules, [override])).toEqual(active([]));
  });
});

describe('decide, exceptions and the default role (R25)', () => {
  const fallback = rulesOf([rule('r', alpha, ['manager'])], { defaultRole: 'user' });
  const byDefault = role('user', [{ origin: 'default' }]);

  it.each<readonly [string, readonly string[], readonly AccessException[], readonly Assignment[]]>([
    ['none beside a role that an exception grants', [], [exception('e', 'grant', 'admin')], [role('admin', [by('e')])]],
    ['none in place of a role that is denied', [alpha], [exception('e', 'deny', 'manager')], []],
    ['denied itself', [], [exception('e', 'deny', 'user')], []],
    [
      'in other scopes',
      [],
      [exception('e', 'scopes', 'user', { scopes: ['s9'] })],
      [role('user', [{ origin: 'default' }, by('e')], ['s9'])],
    ],
    ['beside a denial of another role', [], [exception('e', 'deny', 'admin')], [byDefault]],
  ])('%s', (_case, groups, exceptions, assignments) => {
    expect(decided(memberOf(groups), fallback, exceptions).assignments).toEqual(assignments);
  });

  it('is nothing that the document does not define', () => {
    expect(decided(memberOf([]), rulesOf([], { defaultRole: 'ghost' }))).toEqual(active([]));
  });
});

describe('decide, exceptions in time', () => {
  it.each([
    ['from its start', { startDateTime: at(0) }, true],
    ['not before', { startDateTime: at(1) }, false],
    ['until its end', { endDateTime: at(1) }, true],
    ['not at its end', { endDateTime: at(0) }, false],
    ['not once it is closed', { closedDateTime: at(-1) }, false],
  ])('%s', (_case, times, counts) => {
    const access = withExceptions(exception('e', 'grant', 'admin', times));
    expect(access.assignments.some(({ id }) => id === 'admin')).toBe(counts);
  });
});
