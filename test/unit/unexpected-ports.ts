import { createLog } from '../../src/lib/log.ts';
import type { Ports } from '../../src/lib/ports.ts';

async function no(): Promise<never> {
  throw new Error('This test does not expect the call.');
}

async function* none(): AsyncGenerator<never> {
  yield await no();
}

/** Ports of a tenant of which every call fails, but for those that a test gives. */
export function unexpectedPorts(given: Partial<Ports> = {}): Ports {
  return { ...unexpected, ...given };
}

const unexpected: Ports = {
  tenantId: '5d3c2f1e-0a4b-4c6d-8e7f-102938475665',
  lagMilliseconds: 2000,
  notificationUrl: 'https://rolecall.example',
  clock: { now: () => new Date('2026-02-01T00:00:00.000Z') },
  log: createLog(() => undefined),
  newId: () => 'id',
  random: () => 0.5,
  warmEndpoint: no,
  directory: {
    readUser: no,
    readGroups: no,
    readParents: no,
    isGroupDeleted: no,
    listMembers: none,
    listUsers: none,
    groupsDelta: no,
    usersDelta: no,
    findGroupsByName: no,
    listGroups: none,
    suggestGroups: no,
    countMembers: no,
    listSubscriptions: no,
    createSubscription: no,
    renewSubscription: no,
    deleteSubscription: no,
  },
  access: { read: no, apply: no, clearOutbox: no, history: none, records: none, unpublished: none },
  tenantAudit: { append: no, history: none },
  derived: {
    publish: no,
    members: none,
    account: no,
    accounts: none,
    partitions: none,
    rows: none,
    purge: no,
    repair: no,
  },
  rules: { active: no, activeVersion: no, version: no, versions: none, append: no, activate: no },
  ledger: {
    claim: no,
    foresee: no,
    settle: no,
    raise: no,
    endIfEmpty: no,
    rebase: no,
    approve: no,
    find: no,
    list: none,
    pending: none,
  },
  watched: { find: no, list: no, change: no },
  waiting: { list: no, replace: no },
  tombstones: { find: no, list: none, put: no, remove: no },
  subscriptions: { list: no, save: no },
  work: { open: no, schedule: no, due: none, postpone: no, settle: no },
  jobs: { begin: no, unfinished: none, peek: no, sweeps: no },
  reminders: { reminded: no, remember: no },
  reconcileQueue: { send: no },
  jobQueue: { send: no },
};
