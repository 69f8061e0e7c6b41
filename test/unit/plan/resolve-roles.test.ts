import type { Loser, Source } from '../../../src/lib/model/access.ts';
import { decided } from '../../builders/decided.ts';
import { active, from, role } from '../../builders/access.ts';
import { memberOf } from '../../builders/facts.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';

describe('decide, the strongest role', () => {
  const strongest = { roleResolution: 'strongest' } as const;
  const outranked = (id: string, by: string, sources: readonly Source[], scopes: readonly string[] = []): Loser => ({
    kind: 'role',
    id,
    scopes,
    sources,
    reason: 'outranked',
    by,
  });
  const everyone = memberOf([alpha, beta, gamma]);

  it('leaves every role standing under union', () => {
    const rules = rulesOf([rule('1', alpha, ['user']), rule('2', beta, ['admin'])]);
    expect(decided(everyone, rules)).toEqual(
      active([role('admin', [from('2', beta)]), role('user', [from('1', alpha)])]),
    );
  });

  it('gives an admin who is also a developer the admin role, and names the loser (R14, R15)', () => {
    const rules = rulesOf(
      [rule('1', alpha, ['user']), rule('2', beta, ['admin']), rule('3', gamma, ['manager'])],
      strongest,
    );
    expect(decided(everyone, rules)).toEqual(
      active(
        [role('admin', [from('2', beta)])],
        [outranked('manager', 'admin', [from('3', gamma)]), outranked('user', 'admin', [from('1', alpha)])],
      ),
    );
  });

  it('resolves each scope by itself; a scope that is left keeps the role', () => {
    const rules = rulesOf(
      [rule('1', alpha, ['user'], { scopes: ['s1', 's2'] }), rule('2', beta, ['admin'], { scopes: ['s2', 's3'] })],
      strongest,
    );
    expect(decided(everyone, rules)).toEqual(
      active(
        [role('admin', [from('2', beta)], ['s2', 's3']), role('user', [from('1', alpha)], ['s1'])],
        [outranked('user', 'admin', [from('1', alpha)], ['s2'])],
      ),
    );
  });

  it('lets a role without scopes compete in every scope', () => {
    const rules = rulesOf(
      [rule('1', alpha, ['admin']), rule('2', beta, ['user'], { scopes: ['s1', 's2'] })],
      strongest,
    );
    expect(decided(everyone, rules)).toEqual(
      active([role('admin', [from('1', alpha)])], [outranked('user', 'admin', [from('2', beta)], ['s1', 's2'])]),
    );
  });

  it('takes a weaker role that applies everywhere out of the scopes of stronger ones, each named', () => {
    const rules = rulesOf(
      [
        rule('1', alpha, ['user']),
        rule('2', beta, ['admin'], { scopes: ['s2'] }),
        rule('3', gamma, ['manager'], { scopes: ['s1', 's2', 's3'] }),
      ],
      strongest,
    );
    expect(decided(everyone, rules)).toEqual(
      active(
        [
          role('admin', [from('2', beta)], ['s2']),
          role('manager', [from('3', gamma)], ['s1', 's3']),
          { ...role('user', [from('1', alpha)]), exceptScopes: ['s1', 's2', 's3'] },
        ],
        [
          outranked('manager', 'admin', [from('3', gamma)], ['s2']),
          outranked('user', 'admin', [from('1', alpha)], ['s2']),
          outranked('user', 'manager', [from('1', alpha)], ['s1', 's3']),
        ],
      ),
    );
  });

  it('orders ties of precedence by id, and gives no role that the document does not define', () => {
    const roles = [
      { id: 'zeta', precedence: 1 },
      { id: 'beta', precedence: 1 },
    ];
    const rules = rulesOf([rule('1', alpha, ['zeta', 'beta', 'alpha'])], { ...strongest, roles });
    const sources = [from('1', alpha)];
    expect(decided(everyone, rules)).toEqual(active([role('beta', sources)], [outranked('zeta', 'beta', sources)]));
  });

  it('concerns roles only, and keeps the order of kinds', () => {
    const rules = rulesOf(
      [rule('1', alpha, { roles: ['user'], teams: ['red', 'blue'] }), rule('2', beta, ['admin'])],
      strongest,
    );
    const sources = [from('1', alpha)];
    expect(decided(everyone, rules)).toEqual(
      active(
        [
          role('admin', [from('2', beta)]),
          { kind: 'team', id: 'blue', scopes: [], sources },
          { kind: 'team', id: 'red', scopes: [], sources },
        ],
        [outranked('user', 'admin', sources)],
      ),
    );
  });
});
