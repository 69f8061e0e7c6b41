import { DryRunError } from '../errors.ts';
import type {
  AccessStore,
  DerivedStore,
  Directory,
  JobQueue,
  JobStore,
  Ledger,
  Ports,
  ReconcileQueue,
  ReminderStore,
  RulesStore,
  SubscriptionStore,
  TenantAudit,
  TombstoneStore,
  WaitingGroupStore,
  WatchedGroupStore,
  WorkList,
} from '../ports.ts';

/** What each method does. A method that is new in a port does not compile until it is said here. */
type Effects<T> = { readonly [Method in keyof T]: 'read' | 'write' };

const directory: Effects<Directory> = {
  readUser: 'read',
  readGroups: 'read',
  readParents: 'read',
  isGroupDeleted: 'read',
  listMembers: 'read',
  listUsers: 'read',
  groupsDelta: 'read',
  usersDelta: 'read',
  findGroupsByName: 'read',
  listGroups: 'read',
  suggestGroups: 'read',
  countMembers: 'read',
  listSubscriptions: 'read',
  createSubscription: 'write',
  renewSubscription: 'write',
  deleteSubscription: 'write',
};
const access: Effects<AccessStore> = {
  read: 'read',
  apply: 'write',
  clearOutbox: 'write',
  history: 'read',
  records: 'read',
  unpublished: 'read',
};
const tenantAudit: Effects<TenantAudit> = { append: 'write', history: 'read' };
const derived: Effects<DerivedStore> = {
  publish: 'write',
  members: 'read',
  account: 'read',
  accounts: 'read',
  partitions: 'read',
  rows: 'read',
  purge: 'write',
  repair: 'write',
};
const rules: Effects<RulesStore> = {
  active: 'read',
  activeVersion: 'read',
  version: 'read',
  versions: 'read',
  append: 'write',
  activate: 'write',
};
const ledger: Effects<Ledger> = {
  claim: 'write',
  foresee: 'read',
  settle: 'write',
  raise: 'write',
  endIfEmpty: 'write',
  rebase: 'write',
  approve: 'write',
  find: 'read',
  list: 'read',
  pending: 'read',
};
const watched: Effects<WatchedGroupStore> = { find: 'read', list: 'read', change: 'write' };
const waiting: Effects<WaitingGroupStore> = { list: 'read', replace: 'write' };
const tombstones: Effects<TombstoneStore> = { find: 'read', put: 'write', list: 'read', remove: 'write' };
const subscriptions: Effects<SubscriptionStore> = { list: 'read', save: 'write' };
const work: Effects<WorkList> = {
  open: 'write',
  schedule: 'write',
  due: 'read',
  postpone: 'write',
  settle: 'write',
};
const jobs: Effects<JobStore> = { begin: 'write', unfinished: 'read', peek: 'read', sweeps: 'read' };
const reminders: Effects<ReminderStore> = { reminded: 'read', remember: 'write' };
const reconcileQueue: Effects<ReconcileQueue> = { send: 'write' };
const jobQueue: Effects<JobQueue> = { send: 'write' };

/** Ports whose every write throws a DryRunError before anything leaves the process: what a dry run is given (promise 7). */
export function readOnly(ports: Ports): Ports {
  return {
    ...ports,
    directory: refuseWrites(ports.directory, directory),
    access: refuseWrites(ports.access, access),
    tenantAudit: refuseWrites(ports.tenantAudit, tenantAudit),
    derived: refuseWrites(ports.derived, derived),
    rules: refuseWrites(ports.rules, rules),
    ledger: refuseWrites(ports.ledger, ledger),
    watched: refuseWrites(ports.watched, watched),
    waiting: refuseWrites(ports.waiting, waiting),
    tombstones: refuseWrites(ports.tombstones, tombstones),
    subscriptions: refuseWrites(ports.subscriptions, subscriptions),
    work: refuseWrites(ports.work, work),
    jobs: refuseWrites(ports.jobs, jobs),
    reminders: refuseWrites(ports.reminders, reminders),
    reconcileQueue: refuseWrites(ports.reconcileQueue, reconcileQueue),
    jobQueue: refuseWrites(ports.jobQueue, jobQueue),
  };
}

function refuseWrites<T extends object>(store: T, effects: Effects<T>): T {
  const reads = new Set(
    Object.entries(effects)
      .filter(([, effect]) => effect === 'read')
      .map(([method]) => method),
  );
  return new Proxy(store, {
    get: (target, name): unknown => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || reads.has(String(name))) return value;
      return () => Promise.reject(new DryRunError(`A dry run may not ${String(name)}.`));
    },
  });
}
