import type { OperationCount } from '../storage-proxy/counters.ts';
import type { BenchStack } from './bench-stack.ts';
import { benchUserId, directGroup, everybodyGroup, roleGroups, setMember } from './bench-tenant.ts';
import { timerFunctions, withoutFunctions } from './bench-tenant.ts';

/** What one reconcile asked of Graph and of the storage. */
export interface ReconcileCount {
  readonly scenario: string;
  readonly graph: { readonly requests: number; readonly resourceUnits: number };
  /** Requests to tables and queues, most of them one row each; the queue's polls are left out. */
  readonly storage: Readonly<Record<string, number>>;
  /** Rows written inside the table transactions among them. */
  readonly inTransactions: Readonly<Record<string, number>>;
}

/** People who are needed: the last two are in no group and not recorded. */
export const countsPeople = { users: 4, strangers: 2 } as const;

const lagMilliseconds = 301_000;

interface Scenario {
  readonly name: string;
  readonly user: string;
  /** What happens in the directory before the reconcile that is counted. */
  readonly before?: { readonly group: string; readonly member: boolean };
}

const [anyGroup = '', otherGroup = ''] = roleGroups;
const [first, second, stranger, otherStranger] = [benchUserId(0), benchUserId(1), benchUserId(4), benchUserId(5)];

/** In this order: what a user loses was given to them before. */
const scenarios: readonly Scenario[] = [
  { name: 'unchanged', user: first },
  { name: 'first record', user: stranger, before: { group: everybodyGroup, member: true } },
  { name: 'join', user: first, before: { group: anyGroup, member: true } },
  { name: 'join, by a direct-only rule', user: second, before: { group: directGroup, member: true } },
  { name: 'unchanged, in a direct-only group', user: second },
  { name: 'join, in a direct-only group', user: second, before: { group: otherGroup, member: true } },
  { name: 'leave', user: first, before: { group: anyGroup, member: false } },
  { name: 'leave, of the direct-only group', user: second, before: { group: directGroup, member: false } },
  { name: 'in no mapped group, not recorded', user: otherStranger },
];

/** Counts one reconcile of each scenario, with timers off so that nothing else is counted. */
export async function countReconciles(bench: BenchStack): Promise<readonly ReconcileCount[]> {
  const { stack } = bench;
  // Only the message that is sent here may lead to a reconcile.
  stack.simulator.world.control.notifications.loss = 1;
  await stack.restartHost(withoutFunctions(timerFunctions));
  // The process has its token and the rules document from here on.
  await reconcile(bench, benchUserId(3));
  const counted: ReconcileCount[] = [];
  for (const { name, user, before } of scenarios) {
    if (before) setMember(stack.simulator.world, before.group, user, before.member);
    // Whatever was learned before is older than the directory's lag now, and its second look is forgotten.
    await bench.clearQueues();
    await stack.advance(lagMilliseconds);
    stack.simulator.world.control.counters.reset();
    stack.proxy.resetCounters();
    await reconcile(bench, user);
    const { httpRequests, resourceUnits } = stack.simulator.world.control.counters.snapshot();
    counted.push({
      scenario: name,
      graph: { requests: httpRequests, resourceUnits },
      ...countStorage(stack.proxy.counters()),
    });
  }
  return counted;
}

async function reconcile(bench: BenchStack, userId: string): Promise<void> {
  await bench.enqueue([userId]);
  await bench.stack.settled();
}

/** Storage operations by `table verb rows`; receives are polls, which a busy queue shares among 16 messages. */
export function countStorage(counters: readonly OperationCount[]): Pick<ReconcileCount, 'storage' | 'inTransactions'> {
  const storage: Record<string, number> = {};
  const inTransactions: Record<string, number> = {};
  for (const operation of counters.filter(({ verb }) => verb !== 'receive')) {
    const into = operation.inTransaction ? inTransactions : storage;
    const key = operationName(operation);
    into[key] = (into[key] ?? 0) + operation.count;
  }
  return { storage: inOrder(storage), inTransactions: inOrder(inTransactions) };
}

/** E.g. `access insert audit|*`; of derived rows the partition says more than the row key. */
function operationName({ service, resource, verb, partitionKind, rowKind }: OperationCount): string {
  if (service === 'queue') return `queue ${resource} ${verb}`;
  const partition = partitionKind?.replace(/^\*\|/, '');
  const rows = resource === 'assignments' ? partition : rowKind;
  return [resource, verb, rows].filter((part) => part !== undefined && part !== '').join(' ');
}

function inOrder(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
