import { createOffsetClock } from '../../../dev/clock.ts';
import { canonicalHash } from '../../../dev/oracle/canonical-hash.ts';
import { checkTenant } from '../../../dev/oracle/check-tenant.ts';
import type { StoredAuditEntry, Tables } from '../../../dev/oracle/read-tables.ts';
import { toStoredRecord } from '../../../dev/oracle/stored-record.ts';
import { tinyDirectory } from './tiny-world.ts';

const since = '2026-01-01T00:00:00.000Z';
const rules = {
  roles: [{ id: 'user', precedence: 1 }],
  rules: [{ id: 'r', group: { id: 'g' }, grants: { roles: ['user'] } }],
};
const assignment = { kind: 'role', id: 'user', scopes: [], sources: [{ origin: 'group', ruleId: 'r', groupId: 'g' }] };
const facts = {
  account: { state: 'enabled', since, type: 'member', typeSince: since },
  groups: { g: { member: { in: true, since } } },
};

function entryOf(content: Readonly<Record<string, unknown>>): StoredAuditEntry {
  const given = {
    userId: 'ann',
    revision: 1,
    activityDateTime: since,
    initiatedBy: 'Rolecall',
    reason: 'notification',
    causeId: 'c',
    rulesVersion: 1,
    changes: [],
    modifiedProperties: [{ displayName: 'state', oldValue: null, newValue: 'active' }],
    recordHash: '',
    previousHash: '',
    ...content,
  };
  return { ...given, hash: canonicalHash(given), content: given };
}

/** Ann, member of g, recorded as she should be. `change` alters her columns before anything is hashed. */
function recorded(change: Readonly<Record<string, unknown>> = {}): Tables {
  const columns = {
    tenantId: 't',
    userId: 'ann',
    state: 'active',
    revision: 1,
    rulesVersion: 1,
    updatedDateTime: since,
    displayName: 'Ann',
    userPrincipalName: 'ann@example.net',
    facts: JSON.stringify(facts),
    assignments: JSON.stringify([assignment]),
    conflicts: '[]',
    ...change,
  };
  const row = (auditHead: string) => ({
    partitionKey: 't|ann',
    rowKey: 'record',
    columns: { ...columns, v: 1, auditHead },
  });
  const grant = { kind: 'role', id: 'user', type: 'grant', before: undefined, after: assignment, reasons: [] } as const;
  const entry = entryOf({ changes: [grant], recordHash: canonicalHash(toStoredRecord(row('')).content) });
  return {
    records: [toStoredRecord(row(entry.hash))],
    auditEntries: [entry],
    decisions: [],
    decisionHead: undefined,
    outbox: [],
    derived: [
      derived('role|user', 'ann', {
        scopes: '[]',
        exceptScopes: '[]',
        sources: JSON.stringify(assignment.sources),
      }),
      derived('group|g', 'ann', { fact: JSON.stringify(facts.groups.g) }),
      derived('accounts', 'ann', {
        fact: JSON.stringify(facts.account),
        displayName: 'Ann',
        userPrincipalName: 'ann@example.net',
      }),
      derived('upn', 'ann@example.net', { userId: 'ann' }),
    ],
    feed: [{ userId: 'ann', revision: 1 }],
    holds: [],
    work: [],
    unfinishedJobs: [],
    exceptions: new Map(),
    pins: [],
    rulesVersion: 1,
    versions: [],
  };
}

function derived(partition: string, rowKey: string, values: Readonly<Record<string, unknown>>) {
  return { partition, rowKey, assigned: true, revision: 1, values };
}

function check(tables: Tables, members: readonly string[] = ['ann'], users: readonly string[] = ['ann']): string[] {
  const named = users.map((id) => [id, { displayName: 'Ann', userPrincipalName: 'ann@example.net' }] as const);
  const directory = tinyDirectory(Object.fromEntries(named), { g: members });
  return checkTenant({ clock: createOffsetClock(), tenant: () => ({ directory }) }, 't', tables, rules);
}

const fresh = recorded();
const [entry] = fresh.auditEntries;

describe('checkTenant', () => {
  it('has nothing to say when everything agrees', () => {
    expect(check(recorded())).toEqual([]);
  });

  it.each<[string, Tables, RegExp]>([
    ['no record', { ...fresh, records: [], auditEntries: [], derived: [], feed: [] }, /has no record/],
    ['another state', recorded({ state: 'suspended' }), /state is suspended instead of active/],
    ['a missing assignment', recorded({ assignments: '[]' }), /role user is missing/],
    [
      'an assignment too many',
      recorded({ assignments: JSON.stringify([assignment, { ...assignment, id: 'x' }]) }),
      /role x is too much/,
    ],
    [
      'other scopes',
      recorded({ assignments: JSON.stringify([{ ...assignment, scopes: ['s'] }]) }),
      /role user is .*"scopes":\["s"\]/,
    ],
    ['a missing fact', recorded({ facts: JSON.stringify({ ...facts, groups: {} }) }), /should be a member of g/],
    [
      'a wrong account',
      recorded({ facts: JSON.stringify({ ...facts, account: { ...facts.account, type: 'guest' } }) }),
      /the account is no member/,
    ],
    ['an old name', recorded({ displayName: 'Anna' }), /the name is Anna/],
    [
      'a wait without a hold',
      recorded({
        facts: JSON.stringify({ ...facts, groups: { g: { member: { in: true, since, pendingSince: since } } } }),
      }),
      /which is not held/,
    ],
    ['a missing entry', { ...fresh, auditEntries: [] }, /revisions {2}instead of 1 to 1/],
    ['a doubled entry', { ...fresh, auditEntries: [...fresh.auditEntries, ...fresh.auditEntries] }, /revisions 1, 1/],
    ['an altered record', { ...fresh, records: recorded({ mail: 'x' }).records }, /not what its last entry says/],
    [
      'an altered entry',
      { ...fresh, auditEntries: entry ? [{ ...entry, content: { ...entry, reason: 'manual' } }] : [] },
      /entry 1 is not what its hash says/,
    ],
    [
      'changes that do not add up',
      { ...fresh, auditEntries: entry ? [{ ...entry, changes: [] }] : [] },
      /do not add up/,
    ],
    [
      'a missing derived row',
      { ...fresh, derived: fresh.derived.slice(1) },
      /Derived row role\|user \/ ann is missing/,
    ],
    [
      'a derived row too many',
      { ...fresh, derived: [...fresh.derived, derived('role|x', 'ann', {})] },
      /Derived row role\|x \/ ann is too much/,
    ],
    [
      'a wrong derived row',
      { ...fresh, derived: [...fresh.derived.slice(0, 3), derived('upn', 'ann@example.net', { userId: 'bob' })] },
      /Derived row upn \/ ann@example.net is/,
    ],
    [
      'a conflict that is not there',
      recorded({
        conflicts: JSON.stringify([{ conflictId: 'c', roles: ['user', 'admin'], scopes: [], action: 'report' }]),
      }),
      /should not be reported for c: user \+ admin everywhere/,
    ],
    [
      'an exception that was not applied',
      {
        ...fresh,
        exceptions: new Map([
          ['ann', [{ id: 'e', effect: 'deny', kind: 'role', entitlementId: 'user', scopes: [], startDateTime: since }]],
        ]),
      },
      /role user is too much/,
    ],
    ['a silent feed', { ...fresh, feed: [] }, /feed does not tell/],
    ['a feed that invents', { ...fresh, feed: [...fresh.feed, { userId: 'ann', revision: 2 }] }, /feed tells of/],
    [
      'a missing decision',
      { ...fresh, decisionHead: { revision: 1, hash: 'h' } },
      /Decisions of the tenant: the head does not point/,
    ],
    [
      'an altered decision',
      {
        ...fresh,
        decisionHead: { revision: 1, hash: 'h' },
        decisions: [{ revision: 1, previousHash: '', hash: 'h', content: {} }],
      },
      /Decisions of the tenant: entry 1 is not what its hash says/,
    ],
    ['an outbox row', { ...fresh, outbox: ['ann|outbox|1'] }, /not published/],
    ['open work', { ...fresh, work: ['open|ann'] }, /is open/],
    ['an unfinished job', { ...fresh, unfinishedJobs: ['sweep|users'] }, /is not finished/],
  ])('finds %s', (_, tables, sentence) => {
    expect(check(tables)).toContainEqual(expect.stringMatching(sentence));
  });

  it('misses somebody who is in no mapped group and has an exception', () => {
    const nobody = { ...fresh, records: [], auditEntries: [], derived: [], feed: [] };
    expect(check(nobody, [])).toEqual([]);
    expect(check({ ...nobody, exceptions: new Map([['ann', []]]) }, [])).toEqual([
      'Ann (ann) is in a mapped group, or has an exception, and has no record.',
    ]);
  });

  it('takes tombstones for what they are: nothing', () => {
    const tombstone = { partition: 'role|x', rowKey: 'ann', assigned: false, revision: 1, values: {} };
    expect(check({ ...fresh, derived: [...fresh.derived, tombstone] })).toEqual([]);
  });

  it('finds a wrong order of entries', () => {
    const second = entryOf({ revision: 2, previousHash: 'elsewhere' });
    expect(check({ ...fresh, auditEntries: [...fresh.auditEntries, second] })).toContainEqual(
      expect.stringMatching(/entry 2 does not follow/),
    );
  });

  it('finds a fact of somebody who left, and one of somebody who is gone', () => {
    expect(check(fresh, [])).toContainEqual(expect.stringMatching(/should not be a member of g/));
    expect(check(fresh, [], [])).toContainEqual(expect.stringMatching(/state is active instead of removed/));
  });

  it('accepts what an open hold keeps', () => {
    const pending = { g: { member: { in: true, since, pendingSince: since } } };
    const kept = { ...assignment, pendingSince: since };
    const tables = recorded({
      facts: JSON.stringify({ ...facts, groups: pending }),
      assignments: JSON.stringify([kept]),
    });
    const faults = check({ ...tables, holds: [{ ledger: 'g', held: true, lastNumber: 1 }] }, []);
    // The audit entry and derived rows are still those from before the hold.
    expect(faults.filter((fault) => fault.startsWith('Record of'))).toEqual([]);
  });
});
