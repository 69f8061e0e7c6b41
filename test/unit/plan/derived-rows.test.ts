import type { DerivedPut } from '../../../src/lib/model/plan.ts';
import { derivedChanges, derivedRows } from '../../../src/lib/plan/derived-rows.ts';
import { from } from '../../builders/access.ts';
import { account, factsOf, inSince, memberOf, outSince } from '../../builders/facts.ts';
import { recordOf, userId } from '../../builders/record.ts';
import { alpha, beta, gamma, rule, rulesOf } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';

const rules = rulesOf(
  [rule('a', alpha, { roles: ['user'], teams: ['red'] }), rule('b', beta, ['admin'], { scopes: ['s1'] })],
  { roleResolution: 'strongest' },
);
const identity = { userPrincipalName: 'Ada@Contoso.com', mail: 'ada@contoso.com' };
const facts = memberOf([alpha, beta]);
const record = recordOf(facts, rules, identity);

function names(rows: Iterable<DerivedPut>): readonly string[] {
  return [...rows].map((row) => `${row.values ? '' : 'no longer '}${row.partition} ${row.rowKey}`);
}

describe('derivedRows', () => {
  it('has a row per entitlement, group, account and principal name', () => {
    const fact = JSON.stringify({ member: inSince(at(0)) });
    expect([...derivedRows(record).values()]).toEqual([
      {
        partition: 'role|admin',
        rowKey: userId,
        values: { scopes: '["s1"]', exceptScopes: '[]', sources: JSON.stringify([from('b', beta)]) },
      },
      {
        partition: 'role|user',
        rowKey: userId,
        values: { scopes: '[]', exceptScopes: '["s1"]', sources: JSON.stringify([from('a', alpha)]) },
      },
      {
        partition: 'team|red',
        rowKey: userId,
        values: { scopes: '[]', exceptScopes: '[]', sources: JSON.stringify([from('a', alpha)]) },
      },
      { partition: `group|${alpha}`, rowKey: userId, values: { fact } },
      { partition: `group|${beta}`, rowKey: userId, values: { fact } },
      { partition: 'accounts', rowKey: userId, values: { fact: JSON.stringify(account()), ...identity } },
      { partition: 'upn', rowKey: 'ada@contoso.com', owner: userId, values: { userId } },
    ]);
  });

  it('marks what waits', () => {
    const waiting = recordOf(factsOf({ [alpha]: { member: inSince(at(0), at(1)) } }), rules, identity);
    const rows = derivedRows(waiting);
    expect(rows.get(`team|red\n${userId}`)?.values).toMatchObject({ pendingSince: at(1) });
    expect(rows.get(`group|${alpha}\n${userId}`)?.values).toEqual({
      fact: JSON.stringify({ member: inSince(at(0), at(1)) }),
    });
  });

  it.each<[string, Parameters<typeof derivedRows>[0], readonly string[]]>([
    [
      'nobody suspended is in an entitlement',
      { ...record, state: 'suspended' },
      [`group|${alpha} ${userId}`, `group|${beta} ${userId}`, `accounts ${userId}`, 'upn ada@contoso.com'],
    ],
    [
      'somebody removed is an account only',
      { ...record, state: 'removed', assignments: [], facts: factsOf({}, { state: 'deleted' }) },
      [`accounts ${userId}`],
    ],
    [
      'an out that is remembered is nobody’s business',
      { ...record, assignments: [], facts: factsOf({ [gamma]: { member: outSince(at(59)) } }) },
      [`accounts ${userId}`, 'upn ada@contoso.com'],
    ],
    [
      'an account and a name that are unknown have no row',
      { ...record, assignments: [], identity: {}, facts: { groups: {} } },
      [],
    ],
  ])('%s', (_case, input, rows) => {
    expect(names(derivedRows(input).values())).toEqual(rows);
  });
});

describe('derivedChanges', () => {
  it('is every row where nothing was before, and none where nothing changed', () => {
    expect(derivedChanges(undefined, record)).toEqual([...derivedRows(record).values()]);
    expect(derivedChanges(record, record)).toEqual([]);
  });

  it('puts what is new or different, after tombstones for what is gone', () => {
    const after = recordOf(memberOf([alpha]), rules, { userPrincipalName: 'lovelace@contoso.com' });
    expect(names(derivedChanges(record, after))).toEqual([
      `no longer role|admin ${userId}`,
      `no longer group|${beta} ${userId}`,
      'no longer upn ada@contoso.com',
      `role|user ${userId}`,
      `accounts ${userId}`,
      'upn lovelace@contoso.com',
    ]);
  });

  it('keeps on the tombstone of a principal name whose it was', () => {
    const { userPrincipalName, ...nameless } = identity;
    expect(derivedChanges(record, recordOf(facts, rules, nameless))).toContainEqual({
      partition: 'upn',
      rowKey: 'ada@contoso.com',
      owner: userId,
    });
  });

  it('is silent when a principal name changes in case only', () => {
    const after = recordOf(facts, rules, { ...identity, userPrincipalName: 'ADA@contoso.com' });
    expect(names(derivedChanges(record, after))).toEqual([`accounts ${userId}`]);
  });
});
