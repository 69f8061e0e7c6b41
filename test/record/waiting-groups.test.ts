import type { WaitingGroup } from '../../src/lib/model/waiting-group.ts';
import { createWaitingGroups } from '../../src/lib/record/waiting-groups.ts';
import { freshId, startTables, type TestTables } from './azurite-tables.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

function waiting(ruleId: string, groupId: string, since: string, special: Partial<WaitingGroup> = {}): WaitingGroup {
  const marks = { dynamic: false, onPremisesSynced: false, roleAssignable: false, hiddenMembership: false };
  return {
    ruleId,
    groupId,
    since,
    info: { id: groupId, displayName: groupId, kind: 'security', ...marks },
    ...special,
  };
}

describe('waiting groups', () => {
  it('are those of the last look, each since it was first seen, and of their own tenant', async () => {
    const store = createWaitingGroups(test.tables, freshId());
    await createWaitingGroups(test.tables, freshId()).replace([waiting('r', 'foreign', 'monday')]);
    const one = waiting('r', 'g1', 'monday', { parts: { Env: 'Dev' } });
    const two = waiting('s:2', 'g2', 'monday');
    expect(await store.replace([one, two])).toEqual([one, two]);
    expect(await store.list()).toEqual([one, two]);

    const again = waiting('r', 'g1', 'tuesday', { parts: { Env: 'QA' } });
    const three = waiting('s:2', 'g3', 'tuesday');
    expect(await store.replace([again, three])).toEqual([three]);
    expect(await store.list()).toEqual([{ ...again, since: 'monday' }, three]);

    expect(await store.replace([])).toEqual([]);
    expect(await store.list()).toEqual([]);
  });
});
