import { by } from '../builders/publication.ts';
import { randomUUID } from 'node:crypto';
import { createLog } from '../../src/lib/log.ts';
import { rulesDocumentSchema } from '../../src/lib/model/rules-document.ts';
import type { JobRequest, ReconcileRequest } from '../../src/lib/model/request.ts';
import type { Directory, Ports } from '../../src/lib/ports.ts';
import { connectQueues, createQueuesIfMissing } from '../../src/lib/queue/connect-queues.ts';
import { createJobQueue, createReconcileQueue } from '../../src/lib/queue/request-queues.ts';
import { createAccessTable } from '../../src/lib/record/access-table.ts';
import { createDerivedTable } from '../../src/lib/record/derived-table.ts';
import { createSubscriptions, createTombstones, createWatchedGroups } from '../../src/lib/record/directory-rows.ts';
import { createHoldsTable } from '../../src/lib/record/holds-table.ts';
import { createJobsTable } from '../../src/lib/record/jobs-table.ts';
import { readOnly } from '../../src/lib/record/read-only.ts';
import { createRemindersTable } from '../../src/lib/record/reminders-table.ts';
import { createRulesTable } from '../../src/lib/record/rules-table.ts';
import { createTenantAudit } from '../../src/lib/record/tenant-audit.ts';
import { createWaitingGroups } from '../../src/lib/record/waiting-groups.ts';
import { createWorkTable } from '../../src/lib/record/work-table.ts';
import { queueDepth } from '../queue/queue-depth.ts';
import { collect, freshId, startTables, testClock, type TestTables } from './azurite-tables.ts';
import { buildPlan, cause } from './build-plan.ts';

/** A listing that shows everything that ever passed. */
const listing = { startedAt: new Date('2100-01-01T00:00:00Z'), lagMilliseconds: 0 };

const tenantId = freshId();
const userId = freshId();
const clock = testClock();
const enqueuedDateTime = clock.now().toISOString();
const policy = { lossPercent: 20, lossMinimum: 10, windowHours: 24, groupDeleted: 'hold' } as const;
const group = { groupId: 'g', displayName: 'G', mapped: true, parents: [], state: 'present', stateSince: '' } as const;
const row = { partition: 'role|a', rowKey: userId, revision: 1, writtenDateTime: '' };
const workRow = {
  rowKey: 'open|u',
  etag: '*',
  userId,
  dueDateTime: '',
  attempts: 0,
  reason: '',
  lane: 'fresh' as const,
};
const job: JobRequest = {
  v: 1,
  tenantId,
  kind: 'renew',
  id: '',
  causeId: '',
  enqueuedDateTime,
  attempt: 0,
  continues: false,
};
const request: ReconcileRequest = {
  v: 1,
  tenantId,
  userId,
  reason: 'manual',
  causeId: '',
  enqueuedDateTime,
  attempt: 0,
};
const rules = { document: rulesDocumentSchema.parse({ roles: [], rules: [] }), pins: [] };
const subscription = { resource: 'groups', clientStateHash: '', notificationUrl: '' } as const;
const wanted = {
  ...subscription,
  changeType: '',
  lifecycleNotificationUrl: '',
  expirationDateTime: '',
  clientState: '',
};

/** Every method of every port that changes anything, called so that it would. */
const writes: readonly (readonly [string, (ports: Ports) => Promise<unknown>])[] = [
  ['directory.createSubscription', ({ directory }) => directory.createSubscription(wanted)],
  ['directory.renewSubscription', ({ directory }) => directory.renewSubscription('s', '')],
  ['directory.deleteSubscription', ({ directory }) => directory.deleteSubscription('s')],
  [
    'access.apply',
    ({ access }) => access.apply({ outbox: [], exceptions: [] }, buildPlan({ tenantId, userId }), undefined, cause),
  ],
  ['access.clearOutbox', ({ access }) => access.clearOutbox(userId, 1)],
  ['tenantAudit.append', ({ tenantAudit }) => tenantAudit.append({ ...cause, action: 'approveHold', details: {} })],
  ['derived.publish', ({ derived }) => derived.publish({ revision: 1, derived: [row] })],
  ['derived.purge', ({ derived }) => derived.purge(row)],
  ['derived.repair', ({ derived }) => derived.repair(row)],
  ['rules.append', ({ rules: store }) => store.append(rules, by('anna'), 0)],
  ['rules.activate', ({ rules: store }) => store.activate(1, 0)],
  ['ledger.claim', ({ ledger }) => ledger.claim({ ledger: 'g', userId, since: '', groupDeleted: false }, policy)],
  ['ledger.settle', ({ ledger }) => ledger.settle('g', userId)],
  ['ledger.raise', ({ ledger }) => ledger.raise('g', [{ userId, since: '' }], 'lossThreshold', policy)],
  ['ledger.endIfEmpty', ({ ledger }) => ledger.endIfEmpty('g')],
  ['ledger.rebase', ({ ledger }) => ledger.rebase('g', 5, listing)],
  ['ledger.approve', ({ ledger }) => ledger.approve('g', 1, 5)],
  ['waiting.replace', ({ waiting }) => waiting.replace([])],
  ['watched.change', ({ watched }) => watched.change(group.groupId, () => group)],
  ['tombstones.put', ({ tombstones }) => tombstones.put(userId, enqueuedDateTime)],
  ['tombstones.remove', ({ tombstones }) => tombstones.remove(userId)],
  ['subscriptions.save', ({ subscriptions }) => subscriptions.save(subscription)],
  ['work.open', ({ work }) => work.open(userId, 'poison')],
  ['work.schedule', ({ work }) => work.schedule(userId, enqueuedDateTime, 'exception')],
  ['work.postpone', ({ work }) => work.postpone(workRow)],
  ['work.settle', ({ work }) => work.settle('open|u', '*')],
  ['jobs.begin', ({ jobs }) => jobs.begin(job)],
  ['reminders.remember', ({ reminders }) => reminders.remember('reminder|1|30')],
  ['reconcileQueue.send', ({ reconcileQueue }) => reconcileQueue.send([request], 'fresh')],
  ['jobQueue.send', ({ jobQueue }) => jobQueue.send(job)],
];

let test: TestTables;
let ports: Ports;
let depth: () => Promise<Readonly<Record<string, number>>>;
beforeAll(async () => {
  test = await startTables();
  const queues = connectQueues({ connectionString: test.storage.connectionString });
  await createQueuesIfMissing(queues);
  depth = () => queueDepth(queues);
  const log = createLog(() => undefined);
  ports = {
    tenantId,
    lagMilliseconds: 0,
    notificationUrl: '',
    clock,
    log,
    newId: randomUUID,
    random: () => 0,
    directory: unreachable,
    warmEndpoint: async () => undefined,
    access: createAccessTable(test.tables, tenantId, clock),
    tenantAudit: createTenantAudit(test.tables, tenantId, clock),
    derived: createDerivedTable(test.tables, tenantId),
    rules: createRulesTable(test.tables, tenantId, clock),
    ledger: createHoldsTable(test.tables, tenantId, { clock, log }),
    watched: createWatchedGroups(test.tables, tenantId),
    waiting: createWaitingGroups(test.tables, tenantId),
    tombstones: createTombstones(test.tables, tenantId),
    subscriptions: createSubscriptions(test.tables, tenantId),
    work: createWorkTable(test.tables, tenantId, { clock, log }),
    jobs: createJobsTable(test.tables, tenantId, clock, randomUUID),
    reminders: createRemindersTable(test.tables, tenantId, clock),
    reconcileQueue: createReconcileQueue(queues),
    jobQueue: createJobQueue(queues),
  };
});
afterAll(() => test.stop());

describe('ports of a dry run (promise 7)', () => {
  it.each(writes)('refuse %s before anything leaves the process', async (_name, write) => {
    test.takeRequests();
    await expect(write(readOnly(ports))).rejects.toMatchObject({ name: 'DryRunError', kind: 'never' });
    expect(test.takeRequests()).toEqual([]);
  });

  it('sent nothing to any queue', async () => {
    expect(Object.values(await depth())).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('read like any others', async () => {
    await ports.watched.change(group.groupId, () => group);
    await ports.rules.append(rules, by('anna'), 0);
    const { access, derived, rules: store, ledger, watched, tombstones, work, jobs, ...others } = readOnly(ports);
    expect(await access.read(userId)).toEqual({ outbox: [], exceptions: [] });
    expect(await collect(access.records())).toEqual([]);
    expect(await collect(derived.members('g'))).toEqual([]);
    expect(await store.version(1)).toEqual({ version: 1, ...rules });
    expect(await ledger.foresee({ ledger: 'g', userId, since: '', groupDeleted: false }, policy)).toBe('passed');
    expect(await watched.find('g')).toEqual(group);
    expect(await tombstones.find(userId)).toBeUndefined();
    expect(await collect(work.due(new Date()))).toEqual([]);
    expect(await jobs.sweeps()).toEqual(new Map());
    expect(await others.subscriptions.list()).toEqual([]);
    expect(await others.reminders.reminded('reminder|1|30')).toBe(false);
    expect(await collect(others.tenantAudit.history())).toEqual([]);
  });
});

function refuse(): never {
  throw new Error('A dry run must not come this far.');
}

const unreachable: Directory = {
  readUser: refuse,
  readGroups: refuse,
  readParents: refuse,
  isGroupDeleted: refuse,
  listMembers: refuse,
  listUsers: refuse,
  groupsDelta: refuse,
  usersDelta: refuse,
  findGroupsByName: refuse,
  listGroups: refuse,
  suggestGroups: refuse,
  countMembers: refuse,
  listSubscriptions: refuse,
  createSubscription: refuse,
  renewSubscription: refuse,
  deleteSubscription: refuse,
};
