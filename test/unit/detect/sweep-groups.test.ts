import { groupsStream } from '../../../src/lib/detect/sweep-groups.ts';
import type { GroupDeltaEntry } from '../../../src/lib/model/directory.ts';
import type { WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import { userId } from '../../builders/record.ts';
import { alpha, beta } from '../../builders/rules.ts';
import { groupInfo } from '../rules/sample-document.ts';
import { usersSweep } from './fake-job.ts';
import { fakeTenant, watchedGroup } from './fake-tenant.ts';

/** What a page of the groups delta leads to while `alpha` is watched like this: jobs asked for, and who is enqueued. */
async function found(entry: Partial<GroupDeltaEntry>, watched: WatchedGroup) {
  const tenant = fakeTenant();
  tenant.stored.watched = [watched];
  const run = { request: usersSweep, state: undefined, checkpoint: async () => undefined, overBudget: () => false };
  await groupsStream(tenant.ports, run).enqueue([{ id: alpha, members: [], ...entry }]);
  return [...tenant.jobs.map(({ kind }) => kind), ...tenant.users.map(({ hint }) => JSON.stringify(hint))];
}

describe('a group in the groups delta', () => {
  const members = [{ id: beta, type: 'group', left: false }] as const;
  const payments = watchedGroup(alpha, { info: groupInfo(alpha, 'Payments') });
  const joined = { groupId: alpha, membership: 'joined' };

  it.each<[string, Partial<GroupDeltaEntry>, WatchedGroup, readonly string[]]>([
    ['is compared when it has another name (P12)', { displayName: 'Treasury' }, payments, ['expand']],
    ['is not when it has the name it had', { displayName: 'Payments' }, payments, []],
    ['is not when nothing is said of its name', {}, payments, []],
    [
      'is not for the name of a group that is only nested',
      { displayName: 'Treasury' },
      { ...payments, mapped: false },
      [],
    ],
    ['is not before it was ever asked what it is', { displayName: 'Treasury' }, watchedGroup(alpha), []],
    ['is compared when it was deleted', { removed: 'changed' }, payments, ['expand']],
    ['is compared when it is there again', {}, { ...payments, state: 'deleted' }, ['expand']],
    ['is compared when a group joined it', { members }, payments, ['expand']],
    [
      'has those looked at who joined it',
      { displayName: 'Payments', members: [{ id: userId, type: 'user', left: false }] },
      payments,
      [JSON.stringify(joined)],
    ],
    ['is nothing to us when nobody watches it', { id: beta, displayName: 'Beta', removed: 'deleted' }, payments, []],
  ])('%s', async (_case, entry, watched, expected) => {
    expect(await found(entry, watched)).toEqual(expected);
  });
});
