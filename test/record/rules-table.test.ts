import type { ActiveRules } from '../../src/lib/model/active-rules.ts';
import { rulesDocumentSchema } from '../../src/lib/model/rules-document.ts';
import type { RulesStore } from '../../src/lib/ports.ts';
import { createRulesTable } from '../../src/lib/record/rules-table.ts';
import { freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';

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

describe('the rules table', () => {
  it('has nothing in force at first', async () => {
    const store = freshStore();
    expect(await store.activeVersion()).toBe(0);
    expect(await store.active()).toBeUndefined();
    await expect(store.version(1)).rejects.toThrow('no rules document number 1');
  });

  it('stores a version without putting it in force, and then does', async () => {
    const store = freshStore();
    expect(await store.append(rulesOf(1), 'anna')).toBe(1);
    expect(await store.append(rulesOf(2), 'anna')).toBe(2);
    expect(await store.activeVersion()).toBe(0);
    expect(await store.activate(2, 0)).toBe(true);
    expect(await store.active()).toEqual({ version: 2, ...rulesOf(2) });
  });

  it('reads the pointer each time and a document once', async () => {
    const tenantId = freshId();
    const [store, other] = [freshStore(tenantId), freshStore(tenantId)];
    await store.append(rulesOf(1), 'anna');
    await store.append(rulesOf(2), 'anna');
    await store.activate(1, 0);
    await store.active();
    test.takeRequests();
    await store.active();
    expect(test.takeRequests()).toEqual(['GET rules']);
    await other.activate(2, 1);
    expect(await store.active()).toMatchObject({ version: 2 });
  });

  it('keeps a document larger than one row', async () => {
    const tenantId = freshId();
    const rules = rulesOf(3000, 60);
    expect(JSON.stringify(rules).length).toBeGreaterThan(700_000);
    await freshStore(tenantId).append(rules, 'anna');
    expect(await freshStore(tenantId).version(1)).toEqual({ version: 1, ...rules });
  });

  it('numbers documents that are stored at once', async () => {
    const tenantId = freshId();
    const numbers = await Promise.all(Array.from({ length: 6 }, () => freshStore(tenantId).append(rulesOf(1), 'anna')));
    expect(numbers.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
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
