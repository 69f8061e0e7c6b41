import { grantsAtPin, scopesAtPin } from '../../../src/lib/plan/grants-at-pin.ts';
import { active, from, role } from '../../builders/access.ts';
import { decided } from '../../builders/decided.ts';
import { memberOf } from '../../builders/facts.ts';
import { alpha, beta, gamma, patternRule, rule, rulesOf } from '../../builders/rules.ts';

const roles = ['profisee-Admins', 'profisee-ReadOnly', 'visitor', 'user'].map((id, index) => ({
  id,
  precedence: index + 1,
}));
const matches = {
  p: [
    { groupId: alpha, parts: { Env: 'Dev', Role: 'Admins' } },
    { groupId: beta, parts: { Env: 'Dev', Role: 'ReadOnly' } },
    { groupId: gamma, parts: { Env: 'Dev', Role: 'Stewards' } },
  ],
};

describe('decide, patterns (P4)', () => {
  const rules = rulesOf(
    [
      patternRule('p', 'Profisee{Env}_{Role}', ['profisee-{Role}'], {
        where: { Env: 'Dev' },
        scopes: ['env:{Env}', 'all'],
      }),
    ],
    { roles, matches },
  );

  it.each([
    ['the role of the one group', [alpha], [role('profisee-Admins', [from('p', alpha)], ['all', 'env:Dev'])]],
    [
      'the roles of two groups of one rule, each with its source',
      [alpha, beta],
      [
        role('profisee-Admins', [from('p', alpha)], ['all', 'env:Dev']),
        role('profisee-ReadOnly', [from('p', beta)], ['all', 'env:Dev']),
      ],
    ],
    ['nothing that the document does not define', [gamma], []],
  ])('give %s', (_case, groups, assignments) => {
    expect(decided(memberOf(groups), rules)).toEqual(active(assignments));
  });

  it('fill in what guests get, too (D9)', () => {
    const guests = { grants: { roles: ['profisee-{Role}', 'visitor'] } };
    const forGuests = rulesOf([patternRule('p', 'Profisee{Env}_{Role}', ['user'], { guests })], { roles, matches });
    expect(decided(memberOf([alpha], { type: 'guest' }), forGuests)).toEqual(
      active([role('profisee-Admins', [from('p', alpha)]), role('visitor', [from('p', alpha)])]),
    );
  });

  it('carry several kinds of grant at once (P13)', () => {
    const several = { roles: ['profisee-{Role}'], teams: ['{Env}'], permissions: ['{Env}.{Role}', 'enter'] };
    const mixed = rulesOf([patternRule('p', 'Profisee{Env}_{Role}', several)], {
      roles,
      matches,
      teams: [{ id: 'Dev' }],
      permissions: [{ id: 'Dev.Admins' }, { id: 'enter' }],
    });
    expect(decided(memberOf([alpha]), mixed).assignments.map(({ kind, id }) => [kind, id])).toEqual([
      ['role', 'profisee-Admins'],
      ['team', 'Dev'],
      ['permission', 'Dev.Admins'],
      ['permission', 'enter'],
    ]);
  });
});

describe('decide, a group that is switched off (D11)', () => {
  it('gives nothing, by whatever rule, however its id is written', () => {
    const groups = [
      { id: alpha.toUpperCase(), enabled: false },
      { id: beta, enabled: true },
    ];
    const rules = rulesOf(
      [
        rule('1', alpha, ['user']),
        rule('2', beta, ['user']),
        patternRule('p', 'Profisee{Env}_{Role}', ['profisee-{Role}']),
      ],
      { roles, matches, groups },
    );
    expect(decided(memberOf([alpha, beta]), rules)).toEqual(
      active([role('profisee-ReadOnly', [from('p', beta)]), role('user', [from('2', beta)])]),
    );
  });
});

describe('what a pin would give', () => {
  const { document } = rulesOf([], { roles });

  it('is told apart from what the document does not define', () => {
    const grants = { roles: ['profisee-{Role}', 'user', 'ghost'], teams: ['{Role}'] };
    expect(grantsAtPin(grants, { parts: { Role: 'Admins' } }, document)).toEqual({
      given: [
        { kind: 'role', id: 'profisee-Admins' },
        { kind: 'role', id: 'user' },
      ],
      notDefined: [
        { kind: 'role', id: 'ghost' },
        { kind: 'team', id: 'Admins' },
      ],
    });
  });

  it('takes no part that the pin does not have, and no scope becomes everywhere for it', () => {
    const parts = { Env: 'Dev' };
    expect(grantsAtPin({ roles: ['profisee-{Role}'] }, { parts }, document).given).toEqual([]);
    expect(scopesAtPin({ scopes: ['{Role}', '{Env}'] }, { parts })).toEqual(['{Role}', 'Dev']);
    expect(scopesAtPin({}, { parts })).toEqual([]);
  });
});
