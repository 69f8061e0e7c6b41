import type { Access, Assignment, ConflictFinding, Loser } from '../../../src/lib/model/access.ts';
import { active, from, role } from '../../builders/access.ts';
import { decided } from '../../builders/decided.ts';
import { exception } from '../../builders/exception.ts';
import { factsOf, inSince, memberOf } from '../../builders/facts.ts';
import { alpha, beta, gamma, rule, type RulesSpecial, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const groupOf = { admin: alpha, manager: beta, user: gamma };
type RoleId = keyof typeof groupOf;
type Scopes = readonly string[];
type Conflict = NonNullable<RulesSpecial['conflicts']>[number];

const pair = (special: Partial<Conflict> = {}): Conflict => ({ id: 'pay', roles: ['admin', 'user'], ...special });
const apart = pair({ action: 'withhold' });

/** Rules that give each of these roles in these scopes, under these conflicts. */
function rulesGiving(given: Readonly<Partial<Record<RoleId, Scopes>>>, conflicts: readonly Conflict[]) {
  const ids = (['user', 'manager', 'admin'] as const).filter((id) => given[id] !== undefined);
  return rulesOf(
    ids.map((id) => rule(id, groupOf[id], [id], { scopes: [...(given[id] ?? [])] })),
    { conflicts: [...conflicts] },
  );
}

function settled(given: Readonly<Partial<Record<RoleId, Scopes>>>, ...conflicts: readonly Conflict[]): Access {
  return decided(memberOf([alpha, beta, gamma]), rulesGiving(given, conflicts));
}

const held = (id: RoleId, scopes: Scopes = []): Assignment => role(id, [from(id, groupOf[id])], scopes);
const withheld = (id: RoleId, by: string, scopes: Scopes = []): Loser => {
  return { kind: 'role', id, scopes, sources: [from(id, groupOf[id])], reason: 'conflict', by };
};
const finding = (special: Partial<ConflictFinding> = {}): ConflictFinding => {
  return { conflictId: 'pay', roles: ['admin', 'user'], scopes: [], action: 'withhold', ...special };
};

describe('conflicts that withhold (D7)', () => {
  it.each<readonly [string, Access, readonly Assignment[], readonly Loser[], readonly ConflictFinding[]]>([
    [
      'the weaker, where both apply everywhere',
      settled({ admin: [], user: [] }, apart),
      [held('admin')],
      [withheld('user', 'pay')],
      [finding()],
    ],
    [
      'the weaker in the scopes that both apply in',
      settled({ admin: ['s1', 's2'], user: ['s2', 's3'] }, apart),
      [held('admin', ['s1', 's2']), held('user', ['s3'])],
      [withheld('user', 'pay', ['s2'])],
      [finding({ scopes: ['s2'] })],
    ],
    [
      'nothing where their scopes do not meet',
      settled({ admin: ['s1'], user: ['s2'] }, apart),
      [held('admin', ['s1']), held('user', ['s2'])],
      [],
      [],
    ],
    [
      'a weaker role that applies everywhere, in the scopes of the stronger',
      settled({ admin: ['s1'], user: [] }, apart),
      [held('admin', ['s1']), { ...held('user'), exceptScopes: ['s1'] }],
      [withheld('user', 'pay', ['s1'])],
      [finding({ scopes: ['s1'] })],
    ],
    [
      'a weaker role in scopes, by a stronger one that applies everywhere',
      settled({ admin: [], user: ['s1'] }, apart),
      [held('admin')],
      [withheld('user', 'pay', ['s1'])],
      [finding({ scopes: ['s1'] })],
    ],
    [
      'the weaker wholly, where any scope counts',
      settled({ admin: ['s1'], user: ['s2'] }, pair({ action: 'withhold', scope: 'any' })),
      [held('admin', ['s1'])],
      [withheld('user', 'pay', ['s2'])],
      [finding({ scopes: ['s2'] })],
    ],
    [
      'any two of three',
      settled(
        { admin: ['s1'], manager: [], user: [] },
        pair({ action: 'withhold', roles: ['user', 'manager', 'admin'] }),
      ),
      [held('admin', ['s1']), { ...held('manager'), exceptScopes: ['s1'] }],
      [withheld('manager', 'pay', ['s1']), withheld('user', 'pay')],
      [
        finding({ roles: ['admin', 'manager'], scopes: ['s1'] }),
        finding({ scopes: ['s1'] }),
        { ...finding({ roles: ['manager', 'user'] }), exceptScopes: ['s1'] },
      ],
    ],
    [
      'nobody on account of somebody who is withheld',
      settled(
        { admin: [], manager: [], user: [] },
        { id: '1', roles: ['manager', 'user'], action: 'withhold' },
        { id: '2', roles: ['admin', 'manager'], action: 'withhold' },
      ),
      [held('admin'), held('user')],
      [withheld('manager', '2')],
      [finding({ conflictId: '2', roles: ['admin', 'manager'] })],
    ],
    [
      'once, by the first of two rules, and the rest by the other',
      settled(
        { admin: ['s1', 's2'], manager: ['s2', 's3'], user: ['s1', 's2', 's3'] },
        { id: 'b', roles: ['manager', 'user'], action: 'withhold' },
        { id: 'a', roles: ['admin', 'user'], action: 'withhold' },
      ),
      [held('admin', ['s1', 's2']), held('manager', ['s2', 's3'])],
      [withheld('user', 'a', ['s1', 's2']), withheld('user', 'b', ['s3'])],
      [
        finding({ conflictId: 'a', scopes: ['s1', 's2'] }),
        finding({ conflictId: 'b', roles: ['manager', 'user'], scopes: ['s3'] }),
      ],
    ],
  ])('take %s', (_case, access, assignments, losers, conflicts) => {
    expect(access).toEqual({ ...active(assignments, losers), conflicts });
  });

  it('take a role that an exception grants like one of a group, and leave what a denial leaves', () => {
    const rules = rulesGiving({ user: [] }, [apart]);
    const granted = exception('g', 'grant', 'admin', { scopes: ['s1'] });
    expect(decided(memberOf([gamma]), rules, [granted]).losers).toEqual([withheld('user', 'pay', ['s1'])]);
    expect(decided(memberOf([gamma]), rules, [granted, exception('d', 'deny', 'admin')]).conflicts).toEqual([]);
  });

  it('count a stronger role that only a denial keeps out of some scopes', () => {
    const rules = rulesGiving({ admin: [], user: ['s1', 's2'] }, [apart]);
    const access = decided(memberOf([alpha, gamma]), rules, [exception('d', 'deny', 'admin', { scopes: ['s1'] })]);
    expect(access.assignments).toEqual([{ ...held('admin'), exceptScopes: ['s1'] }, held('user', ['s1'])]);
  });

  it('count a role that only a hold keeps: no forbidden combination arises while it waits', () => {
    const rules = rulesGiving({ admin: [], user: [] }, [apart]);
    const facts = factsOf({ [alpha]: { member: inSince(at(0), at(5)) }, [gamma]: { member: inSince(at(0)) } });
    expect(decided(facts, rules)).toEqual({
      ...active([{ ...held('admin'), pendingSince: at(5) }], [withheld('user', 'pay')]),
      conflicts: [finding()],
    });
  });

  it('look at what is in effect: a role that a stronger one outranks conflicts with nobody', () => {
    const rules = rulesGiving({ admin: ['s1'], manager: ['s1'], user: ['s2'] }, [
      { id: 'pay', roles: ['manager', 'user'], scope: 'any', action: 'withhold' },
    ]);
    const strongest = { ...rules, document: { ...rules.document, roleResolution: 'strongest' as const } };
    const access = decided(memberOf([alpha, beta, gamma]), strongest);
    expect(access.assignments).toEqual([held('admin', ['s1']), held('user', ['s2'])]);
    expect(access.conflicts).toEqual([]);
  });

  it('leave everything that is no role as it is', () => {
    const rules = rulesOf([rule('1', alpha, { roles: ['admin', 'user'], teams: ['red'] })], { conflicts: [apart] });
    expect(decided(memberOf([alpha]), rules).assignments.map(({ kind, id }) => [kind, id])).toEqual([
      ['role', 'admin'],
      ['team', 'red'],
    ]);
  });
});

describe('conflicts that are reported (D7)', () => {
  it.each<readonly [string, Access, readonly ConflictFinding[]]>([
    ['everywhere', settled({ admin: [], user: [] }, pair()), [finding({ action: 'report' })]],
    [
      'in the scopes that both apply in',
      settled({ admin: ['s1', 's2'], user: [] }, pair()),
      [finding({ scopes: ['s1', 's2'], action: 'report' })],
    ],
    [
      'wherever the weaker is held, where any scope counts',
      settled({ admin: ['s1'], user: ['s2'] }, pair({ scope: 'any' })),
      [finding({ scopes: ['s2'], action: 'report' })],
    ],
    ['nowhere, where they do not meet', settled({ admin: ['s1'], user: ['s2'] }, pair()), []],
    ['nowhere, where one is not held', settled({ admin: [] }, pair({ scope: 'any' })), []],
    [
      'for each two of three',
      settled({ admin: [], manager: ['s1'], user: [] }, pair({ roles: ['admin', 'manager', 'user'] })),
      [
        finding({ roles: ['admin', 'manager'], scopes: ['s1'], action: 'report' }),
        finding({ action: 'report' }),
        finding({ roles: ['manager', 'user'], scopes: ['s1'], action: 'report' }),
      ],
    ],
  ])('%s', (_case, access, conflicts) => {
    expect(access.conflicts).toEqual(conflicts);
    expect(access.losers).toEqual([]);
  });

  it('not where another rule has withheld one of them', () => {
    const access = settled({ admin: [], user: [] }, pair({ id: 'a' }), pair({ id: 'b', action: 'withhold' }));
    expect(access.conflicts).toEqual([finding({ conflictId: 'b' })]);
  });
});
