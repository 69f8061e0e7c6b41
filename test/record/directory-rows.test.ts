import type { StoredSubscription, WatchedGroup } from '../../src/lib/model/watched-group.ts';
import type { WatchedGroupStore } from '../../src/lib/ports.ts';
import { createSubscriptions, createTombstones, createWatchedGroups } from '../../src/lib/record/directory-rows.ts';
import { collect, freshId, startTables, type TestTables } from './azurite-tables.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

describe('watched groups', () => {
  const plain: WatchedGroup = {
    groupId: 'g1',
    displayName: 'One',
    mapped: true,
    parents: [],
    state: 'present',
    stateSince: '2026-11-01T00:00:00Z',
  };
  const nested: WatchedGroup = {
    ...plain,
    groupId: 'g2',
    mapped: false,
    parents: ['g1', 'g3'],
    info: {
      id: 'g2',
      displayName: 'Two',
      kind: 'security',
      dynamic: true,
      onPremisesSynced: false,
      roleAssignable: false,
      hiddenMembership: false,
    },
  };

  const save = (store: WatchedGroupStore, group: WatchedGroup) => store.change(group.groupId, () => group);

  it('come back as they were changed, of their own tenant', async () => {
    const store = createWatchedGroups(test.tables, freshId());
    await save(store, plain);
    await save(store, nested);
    expect(await store.change('g1', (known) => known && { ...known, state: 'missing' })).toEqual({
      ...plain,
      state: 'missing',
    });
    await save(createWatchedGroups(test.tables, freshId()), { ...plain, groupId: 'foreign' });
    expect(await store.list()).toEqual([{ ...plain, state: 'missing' }, nested]);
    expect(await store.find('g2')).toEqual(nested);
    expect(await store.change('g2', () => undefined)).toBeUndefined();
    expect(await store.change('g2', () => undefined)).toBeUndefined();
    expect(await store.find('g2')).toBeUndefined();
  });

  it('lose nothing that jobs write at the same time', async () => {
    const store = createWatchedGroups(test.tables, freshId());
    await save(store, { ...plain, parents: [] });
    const parents = Array.from({ length: 8 }, (_, index) => `p${index}`);
    await Promise.all(
      parents.map((parent) =>
        store.change(plain.groupId, (known) => known && { ...known, parents: [...known.parents, parent].sort() }),
      ),
    );
    expect((await store.find(plain.groupId))?.parents).toEqual(parents);
  });
});

describe('tombstones', () => {
  it('keep the earliest word of the end, until the user is seen again', async () => {
    const store = createTombstones(test.tables, freshId());
    const times = ['2026-11-03T00:00:00Z', '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'];
    await Promise.all(times.map((since) => store.put('u', since)));
    expect(await store.find('u')).toEqual({ since: times[1] });
    await store.put('v', times[0] ?? '');
    expect(await collect(store.list())).toEqual(['u', 'v']);
    await store.remove('u');
    await store.remove('u');
    expect(await store.find('u')).toBeUndefined();
  });
});

describe('subscriptions', () => {
  it('are one for each resource', async () => {
    const store = createSubscriptions(test.tables, freshId());
    const groups: StoredSubscription = { resource: 'groups', clientStateHash: 'h', notificationUrl: 'https://app' };
    const renewed: StoredSubscription = {
      ...groups,
      subscriptionId: 's',
      expirationDateTime: '2026-11-29T00:00:00Z',
      previousClientStateHash: 'p',
    };
    await store.save(groups);
    await store.save({ ...groups, resource: 'users' });
    await store.save(renewed);
    expect(await store.list()).toEqual([renewed, { ...groups, resource: 'users' }]);
  });
});
