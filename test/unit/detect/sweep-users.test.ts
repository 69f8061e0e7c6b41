import { usersStream } from '../../../src/lib/detect/sweep-users.ts';
import type { UserEntry } from '../../../src/lib/model/directory.ts';
import { account, memberOf } from '../../builders/facts.ts';
import { recordOf, userId } from '../../builders/record.ts';
import { alpha, rule, rulesOf } from '../../builders/rules.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { usersSweep } from './fake-job.ts';
import { fakeTenant } from './fake-tenant.ts';

const rules = rulesOf([rule('r', alpha, ['user'])]);
const record = recordOf(memberOf([alpha]), rules);
/** Put with an exception, before the directory knew the user. */
const unread = { ...record, facts: { groups: {} } };

/** What becomes of one entry; `reads` is how often a record was read. */
async function enqueued(entry: Partial<UserEntry>, known: 'account' | 'record' | 'nothing') {
  const none = unexpectedPorts();
  const seen = { tombstones: new Set<string>(), reads: 0 };
  const { ports, users, bulk } = fakeTenant({
    ports: {
      derived: {
        ...none.derived,
        account: async () => (known === 'account' ? { userId, fact: account() } : undefined),
      },
      access: {
        ...none.access,
        read: async () => {
          seen.reads += 1;
          return { ...(known === 'nothing' ? {} : { record: unread }), outbox: [], exceptions: [] };
        },
      },
      tombstones: {
        ...none.tombstones,
        put: async (id) => void seen.tombstones.add(id),
        remove: async (id) => void seen.tombstones.delete(id),
      },
    },
  });
  const stream = usersStream(ports, {
    request: usersSweep,
    state: undefined,
    checkpoint: async () => undefined,
    overBudget: () => false,
  });
  await stream.enqueue([{ id: userId, ...entry }]);
  return { fresh: users.map(({ hint }) => hint), bulk: bulk.length, reads: seen.reads, buried: seen.tombstones.size };
}

describe('a user whom the delta tells of', () => {
  const gone = { fresh: [{ account: 'gone' }], bulk: 0, buried: 1 };

  it.each([
    ['is looked at once deleted, by the recorded account', { removed: 'deleted' }, 'account', { ...gone, reads: 0 }],
    [
      'is looked at once deleted, though the account was never read',
      { removed: 'deleted' },
      'record',
      { ...gone, reads: 1 },
    ],
    [
      'is left alone when deleted, but not recorded',
      { removed: 'deleted' },
      'nothing',
      { fresh: [], bulk: 0, buried: 0, reads: 1 },
    ],
    [
      'costs no read of a record while there',
      { accountEnabled: true },
      'nothing',
      { fresh: [], bulk: 0, buried: 0, reads: 0 },
    ],
  ] as const)('%s', async (_case, entry, known, expected) => {
    expect(await enqueued(entry, known)).toEqual(expected);
  });
});
