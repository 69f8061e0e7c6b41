import type { ActiveRules } from '../../src/lib/model/active-rules.ts';
import { rulesDocumentSchema } from '../../src/lib/model/rules-document.ts';
import type { RulesStore } from '../../src/lib/ports.ts';
import { createRulesTable } from '../../src/lib/record/rules-table.ts';
import { by } from '../builders/publication.ts';
import { collect, freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

function freshStore(tenantId = freshId()): RulesStore {
  return createRulesTable(test.tables, tenantId, testClock());
}

function rulesOf(functions: number, nameLength = 3): Omit<ActiveRules, 'version'> {
  const document = rulesDocumentSchema.parse({
    roles: [],
    businessFunctions: Array.from({ length: functions }, (_, index) => ({
      id: `function-${index}`,
      displayName: '😀é"'.repeat(nameLength),
    })),
    rules: [],
  });
  const pins = [{ ruleId: 'r', groupId: 'g', displayName: 'Group', mappedSince: '2026-11-01T00:00:00Z' }];
  return { document, pins };
}

/** Versions 1 to the given one, each put in force. */
async function storeVersions(store: RulesStore, last: number): Promise<void> {
  for (let version = 1; version <= last; version += 1) {
    await store.append(rulesOf(version), by('anna'), version - 1);
    await store.activate(version, version - 1);
  }
}

describe('the rules table', () => {
  it('has nothing in force at first', async () => {
    const store = freshStore();
    expect(await store.activeVersion()).toBe(0);
    expect(await store.active()).toBeUndefined();
    await expect(store.version(1)).rejects.toThrow('no rules document number 1');
  });

  it('stores a version without putting it in force, and then does', async () => {
    const store = freshStore();
    expect(await store.append(rulesOf(1), by('anna'), 0)).toBe(1);
    expect(await store.activeVersion()).toBe(0);
    expect(await store.activate(1, 0)).toBe(true);
    expect(await store.append(rulesOf(2), by('anna'), 1)).toBe(2);
    expect(await store.active()).toEqual({ version: 1, ...rulesOf(1) });
    expect(await store.activate(2, 1)).toBe(true);
    expect(await store.active()).toEqual({ version: 2, ...rulesOf(2) });
  });

  it('reads the pointer each time and a document once', async () => {
    const tenantId = freshId();
    const [store, other] = [freshStore(tenantId), freshStore(tenantId)];
    await storeVersions(store, 2);
    await store.active();
    test.takeRequests();
    await store.active();
    expect(test.takeRequests()).toEqual(['GET rules']);
    await other.append(rulesOf(3), by('anna'), 2);
    await other.activate(3, 2);
    expect(await store.active()).toMatchObject({ version: 3 });
  });

  it('keeps a document larger than one row', async () => {
    const tenantId = freshId();
    const rules = rulesOf(3000, 60);
    expect(JSON.stringify(rules).length).toBeGreaterThan(700_000);
    await freshStore(tenantId).append(rules, by('anna'), 0);
    expect(await freshStore(tenantId).version(1)).toEqual({ version: 1, ...rules });
    expect(await collect(freshStore(tenantId).versions())).toMatchObject([{ version: 1, author: 'anna' }]);
  });

  it('lists versions, newest first, with who stored each and why', async () => {
    const store = freshStore();
    await storeVersions(store, 1);
    await store.append(rulesOf(2), by('bert', 'b', { restores: 1 }), 1);
    const createdDateTime = testClock().now().toISOString();
    expect(await collect(store.versions())).toEqual([
      { version: 2, author: 'bert', causeId: 'b', restores: 1, createdDateTime },
      { version: 1, author: 'anna', causeId: 'operation', createdDateTime },
    ]);
  });

  it('lets one of those win who start from the same version at once', async () => {
    const tenantId = freshId();
    const writers = ['a', 'b', 'c', 'd', 'e', 'f'];
    const stored = await Promise.all(writers.map((name) => freshStore(tenantId).append(rulesOf(1), by(name, name), 0)));
    expect(stored.filter((version) => version === 1)).toHaveLength(1);
    expect(stored.filter((version) => version === undefined)).toHaveLength(5);
    expect(await collect(freshStore(tenantId).versions())).toMatchObject([{ author: writers[stored.indexOf(1)] }]);
  });

  it('stores nothing beside a version that is not in force yet, nor after one that is no longer', async () => {
    const store = freshStore();
    await storeVersions(store, 2);
    expect(await store.append(rulesOf(3), by('late', 'late'), 1)).toBeUndefined();
    expect(await store.append(rulesOf(3), by('early', 'early'), 3)).toBeUndefined();
    expect(await store.append(rulesOf(3), by('anna', 'a'), 2)).toBe(3);
    expect(await store.append(rulesOf(4), by('bert', 'b'), 2)).toBeUndefined();
    expect((await collect(store.versions())).map(({ version }) => version)).toEqual([3, 2, 1]);
  });

  it('knows its own version again when the answer was lost', async () => {
    const store = freshStore();
    test.loseAnswers(1);
    expect(await store.append(rulesOf(1), by('anna', 'a'), 0)).toBe(1);
    expect(await collect(store.versions())).toHaveLength(1);
  });

  it('lets one activation win, and none from a version that is no longer in force', async () => {
    const tenantId = freshId();
    const results = await Promise.all([1, 2, 3, 4].map((version) => freshStore(tenantId).activate(version, 0)));
    expect(results.filter(Boolean)).toHaveLength(1);
    const store = freshStore(tenantId);
    const active = await store.activeVersion();
    expect(await store.activate(9, active + 1)).toBe(false);
    expect(await store.activate(9, active)).toBe(true);
  });

  it('is right about an activation whose answer was lost', async () => {
    const store = freshStore();
    test.loseAnswers(1);
    expect(await store.activate(1, 0)).toBe(true);
    test.loseAnswers(1);
    expect(await store.activate(2, 1)).toBe(true);
    expect(await store.activeVersion()).toBe(2);
  });
});
