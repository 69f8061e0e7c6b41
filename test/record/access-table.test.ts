import { createAccessTable } from '../../src/lib/record/access-table.ts';
import { largestGrowingRecord } from '../../src/lib/record/access-transaction.ts';
import { verifyChain } from '../../src/lib/record/audit-chain.ts';
import type { AccessStore } from '../../src/lib/ports.ts';
import type { AccessRecord, Assignment } from '../../src/lib/model/access.ts';
import { collect, freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';
import { assignment, buildPlan, cause } from './build-plan.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

function freshStore(): { store: AccessStore; tenantId: string; userId: string; clock: ReturnType<typeof testClock> } {
  const tenantId = freshId();
  const clock = testClock();
  return { store: createAccessTable(test.tables, tenantId, clock), tenantId, userId: freshId(), clock };
}

/** Applies a plan for these roles to what is stored now. */
async function hold(
  { store, tenantId, userId }: { store: AccessStore; tenantId: string; userId: string },
  roles: readonly Assignment[],
): Promise<AccessRecord> {
  const stored = await store.read(userId);
  const applied = await store.apply(stored, buildPlan({ tenantId, userId, roles, stored }), undefined, cause);
  if (!applied) throw new Error('Nobody else writes, so this can not lose a race.');
  return applied.record;
}

describe('the access table', () => {
  it('knows nothing of a user it never saw, and has asked the audit for that', async () => {
    const user = freshStore();
    test.takeRequests();
    expect(await user.store.read(user.userId)).toEqual({ outbox: [], exceptions: [] });
    expect(test.takeRequests()).toEqual(['GET access', 'GET access']);

    await hold(user, [assignment('user')]);
    test.takeRequests();
    await user.store.read(user.userId);
    expect(test.takeRequests()).toEqual(['GET access']);
  });

  it('writes record, audit entry and outbox in one request, and reads them back as they were', async () => {
    const { store, tenantId, userId, clock } = freshStore();
    const derived = [{ partition: 'role|user', rowKey: userId, values: { scopes: '[]' } }];
    const plan = buildPlan({ tenantId, userId, roles: [assignment('user')], derived });
    const feed = { userId, state: 'active', severity: 'normal' as const, granted: ['role|user'], revoked: [] };
    const read = await store.read(userId);
    test.takeRequests();
    const applied = await store.apply(read, plan, feed, cause);

    expect(test.takeRequests()).toEqual(['POST $batch']);
    expect(applied?.record).toMatchObject({ ...plan.desired, revision: 1, updatedDateTime: clock.now().toISOString() });
    const stored = await store.read(userId);
    expect(stored.record).toEqual(applied?.record);
    expect(stored.outbox).toEqual([{ revision: 1, derived, feed: { ...feed, revision: 1 } }]);
    const [entry, ...others] = await collect(store.history(userId));
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ ...cause, revision: 1, changes: plan.changes, hash: applied?.record.auditHead });
  });

  it('lets exactly one of several writers with the same reading win, with one audit entry', async () => {
    const user = freshStore();
    for (const existing of [false, true]) {
      const stored = await user.store.read(user.userId);
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          user.store.apply(
            stored,
            buildPlan({ ...user, roles: [assignment(`r${existing}${index}`)], stored }),
            undefined,
            cause,
          ),
        ),
      );
      expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    }
    const { record } = await user.store.read(user.userId);
    const history = await collect(user.store.history(user.userId));
    expect(history.map(({ revision }) => revision)).toEqual([2, 1]);
    expect(record && verifyChain(history, record)).toBeUndefined();
  });

  it('does not write over what somebody changed by hand since it was read', async () => {
    const user = freshStore();
    await hold(user, [assignment('user')]);
    const stored = await user.store.read(user.userId);
    const keys = { partitionKey: `${user.tenantId}|${user.userId}`, rowKey: 'record' };
    await test.tables.access.updateEntity({ ...keys, state: 'suspended' }, 'Merge');
    const plan = buildPlan({ ...user, roles: [assignment('admin')], stored });
    expect(await user.store.apply(stored, plan, undefined, cause)).toBeUndefined();
    const now = await user.store.read(user.userId);
    expect(now.altered).toMatchObject({ row: 'changed', found: { revision: 1, state: 'suspended' } });
  });

  it('finds a change applied whose answer was lost: one audit entry, and its outbox still to publish', async () => {
    const user = freshStore();
    const stored = await user.store.read(user.userId);
    const plan = buildPlan({ ...user, roles: [assignment('user')] });
    test.loseAnswers(1);
    expect(await user.store.apply(stored, plan, undefined, cause)).toBeUndefined();

    const again = await user.store.read(user.userId);
    expect(again.record).toMatchObject({ revision: 1, assignments: plan.desired.assignments });
    expect(again.outbox.map(({ revision }) => revision)).toEqual([1]);
    expect(await collect(user.store.history(user.userId))).toHaveLength(1);
  });

  it('clears an outbox row, and does not mind when it is gone', async () => {
    const user = freshStore();
    await hold(user, [assignment('user')]);
    await user.store.clearOutbox(user.userId, 1);
    await user.store.clearOutbox(user.userId, 1);
    expect((await user.store.read(user.userId)).outbox).toEqual([]);
    expect(await collect(user.store.unpublished())).toEqual([]);
  });

  it('lists records in order of user id after a given one, of its own tenant only, and users with unpublished work', async () => {
    const mine = freshStore();
    const userIds = [freshId(), freshId(), freshId()].sort();
    for (const userId of userIds) await hold({ ...mine, userId }, [assignment('user')]);
    await hold(freshStore(), [assignment('user')]);
    await mine.store.clearOutbox(userIds[1] ?? '', 1);

    const listed = (await collect(mine.store.records())).map(({ record }) => record.userId);
    expect(listed).toEqual(userIds);
    const after = (await collect(mine.store.records(userIds[0]))).map(({ record }) => record.userId);
    expect(after).toEqual(userIds.slice(1));
    expect(await collect(mine.store.unpublished())).toEqual([userIds[0], userIds[2]]);
  });

  it('keeps a whole history, newest first, with a snapshot every 50 revisions', async () => {
    const user = freshStore();
    let record: AccessRecord | undefined;
    for (let round = 0; round < 51; round += 1) record = await hold(user, [assignment(`r${round}`)]);
    const history = await collect(user.store.history(user.userId));
    expect(history.map(({ revision }) => revision)).toEqual(Array.from({ length: 51 }, (_, index) => 51 - index));
    expect(history.filter(({ snapshot }) => snapshot).map(({ revision }) => revision)).toEqual([50]);
    expect(record && verifyChain(history, record)).toBeUndefined();
  });
});

describe('large records', () => {
  const half = Array.from({ length: 500 }, (_, index) => assignment(`role-${index}`, 700));

  it('goes over several rows and back, and leaves nothing of a longer record behind', async () => {
    const user = freshStore();
    const large = await hold(user, half);
    expect((await user.store.read(user.userId)).record).toEqual(large);
    expect(await collect(user.store.records())).toEqual([{ record: large, exceptions: [] }]);

    const small = await hold(user, [assignment('user')]);
    const stored = await user.store.read(user.userId);
    expect(stored.record).toEqual(small);
    expect(await collect(user.store.history(user.userId))).toHaveLength(2);
    const history = await collect(user.store.history(user.userId));
    expect(verifyChain(history, small)).toBeUndefined();
  });

  it('clears an outbox of several rows, by whoever finds it', async () => {
    const user = freshStore();
    const derived = Array.from({ length: 1100 }, (_, index) => ({
      partition: `role|role-${index}`,
      rowKey: user.userId,
      values: { sources: 'x'.repeat(1000) },
    }));
    const stored = await user.store.read(user.userId);
    await user.store.apply(stored, buildPlan({ ...user, derived }), undefined, cause);
    const another = createAccessTable(test.tables, user.tenantId, user.clock);
    await another.clearOutbox(user.userId, 1);
    expect((await user.store.read(user.userId)).outbox).toEqual([]);
    expect(await collect(user.store.unpublished())).toEqual([]);
  });

  it('refuses growth beyond the limit and writes nothing', async () => {
    const user = freshStore();
    await hold(user, half);
    await expect(hold(user, [...half, ...half.map(({ id }) => assignment(`more-${id}`, 700))])).rejects.toThrow(
      'outgrow',
    );
    expect((await user.store.read(user.userId)).record?.revision).toBe(1);
  });

  it('never refuses to take away, even from a record beyond the limit', async () => {
    const user = freshStore();
    const bytes = largestGrowingRecord;
    const roles = Array.from({ length: 2000 }, (_, index) => assignment(`role-${index}`, 100));
    let stored = await user.store.read(user.userId);
    await user.store.apply(stored, buildPlan({ ...user, roles }), undefined, cause);
    stored = await user.store.read(user.userId);
    expect(JSON.stringify(stored.record).length).toBeGreaterThan(0.7 * bytes);
    const derived = roles.map(({ id }) => ({ partition: `role|${id}`, rowKey: user.userId }));
    const plan = buildPlan({ ...user, roles: [], stored, derived });
    const feed = {
      userId: user.userId,
      state: 'active',
      severity: 'lostAll' as const,
      granted: [],
      revoked: roles.map(({ id }) => `role|${id}`),
    };
    expect(await user.store.apply(stored, plan, feed, cause)).toBeDefined();
    expect((await user.store.read(user.userId)).record?.assignments).toEqual([]);
  });
});
