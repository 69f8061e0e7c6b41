import fc from 'fast-check';
import type { AccessRecord } from '../../src/lib/model/access.ts';
import type { StoredAccess } from '../../src/lib/model/stored-access.ts';
import { changes, type Difference, planFor } from '../../src/lib/plan/changes.ts';
import { exceptionProperty, repairPlan } from '../../src/lib/plan/outside-edit.ts';
import type { AccessStore } from '../../src/lib/ports.ts';
import { createAccessTable } from '../../src/lib/record/access-table.ts';
import { verifyChain } from '../../src/lib/record/audit-chain.ts';
import { decided } from '../builders/decided.ts';
import { exception } from '../builders/exception.ts';
import { memberOf } from '../builders/facts.ts';
import { alpha, beta, rule, rulesOf } from '../builders/rules.ts';
import { collect, freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

const rules = rulesOf([rule('staff', alpha, ['user']), rule('admins', beta, ['manager'])]);
const facts = memberOf([alpha, beta]);
const cause = { initiatedBy: 'Rolecall', reason: 'repair', causeId: 'c' };
const exceptions = [exception('e1', 'grant', 'admin'), exception('e2', 'deny', 'manager')];

interface User {
  readonly store: AccessStore;
  readonly userId: string;
  readonly tenantId: string;
  readonly partitionKey: string;
  /** As Rolecall wrote them last. */
  readonly record: AccessRecord;
}

function difference({ tenantId, userId }: Pick<User, 'tenantId' | 'userId'>, stored: StoredAccess): Difference {
  const identity = { displayName: 'Ada', userPrincipalName: 'ada@contoso.com' };
  const access = decided(facts, rules, stored.exceptions);
  const { record, exceptions: all } = stored;
  return { tenantId, userId, recorded: record, identity, facts, access, rules, exceptions: all };
}

/** A user in two groups, with a grant and a denial. */
async function recorded(): Promise<User> {
  const [tenantId, userId] = [freshId(), freshId()];
  const store = createAccessTable(test.tables, tenantId, testClock());
  const plan = changes(difference({ tenantId, userId }, { outbox: [], exceptions: [] }));
  if (plan) await store.apply(await store.read(userId), plan, undefined, cause);
  for (const one of exceptions) {
    const stored = await store.read(userId);
    const after = { ...stored, exceptions: [...stored.exceptions, one] };
    const put = planFor(difference({ tenantId, userId }, after), [exceptionProperty(one.id, undefined, one)]);
    await store.apply(stored, put, undefined, cause, one);
  }
  const { record } = await store.read(userId);
  if (!record) throw new Error('The user is recorded.');
  return { store, userId, tenantId, partitionKey: `${tenantId}|${userId}`, record };
}

/** What a reconcile does with rows that somebody else wrote. */
async function repair(user: User): Promise<void> {
  const stored = await user.store.read(user.userId);
  if (!stored.altered) throw new Error('The edit is not found.');
  const plan = repairPlan(difference(user, stored), stored.altered);
  expect(await user.store.apply(stored, plan, undefined, cause)).toBeDefined();
}

type Edit = (user: User) => Promise<unknown>;
const rowKey = 'record';
const set =
  (key: string, columns: Record<string, unknown>): Edit =>
  async ({ partitionKey }) =>
    test.tables.access.updateEntity({ partitionKey, rowKey: key, ...columns }, 'Merge');
const remove =
  (key: string): Edit =>
  async ({ partitionKey }) =>
    test.tables.access.deleteEntity(partitionKey, key);
const roleByHand = JSON.stringify([{ kind: 'role', id: 'admin', scopes: [], sources: [] }]);
const invented: Edit = async ({ partitionKey }) =>
  test.tables.access.createEntity({ partitionKey, rowKey: 'exception|e9', ...columnsOfException });
const columnsOfException = {
  ...{
    v: 1,
    id: 'e9',
    effect: 'grant',
    kind: 'role',
    entitlementId: 'manager',
    scopes: '[]',
    reason: '',
    approver: '',
  },
  ...{ startDateTime: '2026-01-01T00:00:00.000Z', changedBy: '', changedDateTime: '' },
};

const edits: readonly (readonly [
  string,
  Edit,
  StoredAccess['altered'] extends infer A | undefined ? Partial<A> : never,
])[] = [
  ['a role that is added', set(rowKey, { assignments: roleByHand }), { row: 'changed' }],
  ['everything that is taken away', set(rowKey, { assignments: '[]', facts: '{"groups":{}}' }), { row: 'changed' }],
  ['another state', set(rowKey, { state: 'removed' }), { row: 'changed' }],
  ['another revision', set(rowKey, { revision: 99 }), { row: 'changed' }],
  ['another rules version', set(rowKey, { rulesVersion: 99 }), { row: 'changed' }],
  ['another head of the chain', set(rowKey, { auditHead: 'x' }), { row: 'changed' }],
  ['another hash', set(rowKey, { rowHash: 'x' }), { row: 'changed' }],
  ['a column of their own', set(rowKey, { note: 'mine' }), { row: 'changed' }],
  ['a column that is no JSON', set(rowKey, { facts: '{' }), { row: 'unreadable' }],
  ['a state that is none', set(rowKey, { state: 'mighty' }), { row: 'unreadable' }],
  ['the id of somebody else', set(rowKey, { userId: freshId() }), { row: 'unreadable' }],
  ['a record that is deleted', remove(rowKey), { row: 'deleted' }],
  ['an exception that is changed', set('exception|e2', { effect: 'grant' }), { row: 'changed' }],
  ['an exception that can not be read', set('exception|e2', { effect: 'bless' }), { row: 'changed' }],
  ['an exception that is deleted', remove('exception|e2'), { row: 'changed' }],
  ['an exception that is invented', invented, { row: 'changed' }],
];

describe('edits from outside (R22)', () => {
  it.each(edits)('are found, and what was audited counts: %s', async (_name, edit, altered) => {
    const user = await recorded();
    await edit(user);
    const stored = await user.store.read(user.userId);
    expect(stored).toMatchObject({ altered, exceptions });
    // Entries say when an account was found to be so, not since when it is.
    const { account } = user.record.facts;
    expect(stored.record).toMatchObject({
      ...{ revision: user.record.revision, auditHead: user.record.auditHead, state: 'active' },
      ...{ identity: user.record.identity, assignments: user.record.assignments, losers: user.record.losers },
      facts: { account: { state: account?.state, type: account?.type }, groups: user.record.facts.groups },
    });
  });

  it.each(edits)(
    'are repaired by one revision that says so, and the history goes on: %s',
    async (_name, edit, { row }) => {
      const user = await recorded();
      await edit(user);
      await repair(user);
      const stored = await user.store.read(user.userId);
      expect(stored.altered).toBeUndefined();
      expect(stored.exceptions).toEqual(exceptions);
      expect(stored.record).toMatchObject({ revision: 4, assignments: user.record.assignments });
      const history = await collect(user.store.history(user.userId));
      expect(history[0]).toMatchObject({ reason: 'repair', changes: [] });
      expect(history[0]?.modifiedProperties).toContainEqual({
        displayName: 'outsideEdit',
        oldValue: row,
        newValue: null,
      });
      expect(stored.record && verifyChain(history, stored.record)).toBeUndefined();
    },
  );

  it('are told from what was found to what is right', async () => {
    const user = await recorded();
    await set(rowKey, { assignments: roleByHand })(user);
    await invented(user);
    await repair(user);
    const [entry] = await collect(user.store.history(user.userId));
    const told = new Map(entry?.modifiedProperties.map((property) => [property.displayName, property]));
    expect(told.get('assignments.role.user')).toMatchObject({ oldValue: null });
    expect(told.get('assignments.role.admin')?.oldValue).toContain('"sources":[]');
    expect(told.get('exceptions.e9')).toMatchObject({ newValue: null });
  });

  it('are seen in a list of records, where a row that can not be read counts as none', async () => {
    const user = await recorded();
    await set(rowKey, { state: 'suspended' })(user);
    expect(await collect(user.store.records())).toMatchObject([{ altered: true, record: { state: 'suspended' } }]);
    await set('exception|e1', { effect: 'bless' })(user);
    expect(await collect(user.store.records())).toMatchObject([{ altered: true }]);
    await set(rowKey, { state: 'mighty' })(user);
    expect(await collect(user.store.records())).toEqual([]);
    await repair(user);
    expect(await collect(user.store.records())).toEqual([await current(user)]);
  });

  it('are not what a writer does who comes between the rows and the audit entries', async () => {
    const user = { userId: freshId(), tenantId: freshId() };
    const store = createAccessTable(test.tables, user.tenantId, testClock());
    const plan = changes(difference(user, { outbox: [], exceptions: [] }));
    if (!plan) throw new Error('There is something to record.');
    let requests = 0;
    test.beforeRequest = async () => {
      requests += 1;
      if (requests === 2) await store.apply({ outbox: [], exceptions: [] }, plan, undefined, cause);
    };
    const stored = await store.read(user.userId);
    test.beforeRequest = undefined;
    expect(stored).toMatchObject({ record: { revision: 1 } });
    expect(stored.altered).toBeUndefined();
  });

  it('are found and repaired in whatever number they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...edits], { minLength: 1, maxLength: 4 }), async (several) => {
        const user = await recorded();
        // A row that is gone can't be edited any more.
        for (const [, edit] of several) await edit(user).catch(() => undefined);
        await repair(user);
        const stored = await user.store.read(user.userId);
        expect(stored.altered).toBeUndefined();
        expect(stored.exceptions).toEqual(exceptions);
        expect(stored.record?.assignments).toEqual(user.record.assignments);
        expect(
          stored.record && verifyChain(await collect(user.store.history(user.userId)), stored.record),
        ).toBeUndefined();
      }),
      { numRuns: 15 },
    );
  });

  it('keep what was found when somebody deleted the history, too', async () => {
    const user = await recorded();
    for (const entry of [1, 2, 3]) await remove(`audit|${String(999_999_999_999 - entry)}`)(user);
    await set(rowKey, { assignments: roleByHand })(user);
    const stored = await user.store.read(user.userId);
    expect(stored).toMatchObject({ altered: { row: 'changed' }, record: { revision: 3 }, exceptions: [] });
  });
});

async function current({ store, userId }: User): Promise<unknown> {
  const { record, exceptions: all } = await store.read(userId);
  return { record, exceptions: all };
}
