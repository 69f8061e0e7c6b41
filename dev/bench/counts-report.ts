import type { ReconcileCount } from './counts.ts';
import { textTable } from '../command-line/text-table.ts';

/** What each storage operation is for, by its name without the kinds of rows. */
const purposes: Readonly<Record<string, string>> = {
  'access query': 'record, exceptions and outbox of the user, in one read',
  'rules get': 'which rules are in force; after a change once more, whether they moved',
  'access transaction': 'the change: record, audit entry and outbox row, all or none',
  'assignments insert': 'derived row: who has a role, is in a group, has an account, a UPN',
  'assignments get': 'derived row that ends: is there a later one already?',
  'assignments replace': 'derived row that ends: its tombstone, over a lower revision only',
  'changes insert': 'the change in the tenant-wide feed',
  'access delete': 'the outbox row, when all of it is published',
  'holds get': "ledger of the lost group: its state, and this user's row",
  'holds transaction': 'the claim of the loss',
  'queue reconcile-user delete': 'the message is done',
  'queue reconcile-user send': 'second look after the lag, because a fact changed',
};

/** Why an operation is made; undefined for one that nobody has explained yet. */
export function purposeOf(operation: string): string | undefined {
  const [name] = Object.keys(purposes).filter((start) => operation === start || operation.startsWith(`${start} `));
  return name === undefined ? undefined : purposes[name];
}

/** Scenarios whose storage operations are listed; those of direct-only groups have the same. */
const listed = ['unchanged', 'first record', 'join', 'leave'];

/** The counts as lines: Graph and totals by scenario, then each storage operation with its purpose. */
export function describeCounts(counts: readonly ReconcileCount[]): string[] {
  const totals = counts.map(({ scenario, graph, storage }) => {
    const [tables, queues] = [false, true].map((queue) => sum(storage, (name) => name.startsWith('queue ') === queue));
    return [scenario, graph.requests, graph.resourceUnits, tables ?? 0, queues ?? 0];
  });
  const chosen = listed.map((name) => counts.find(({ scenario }) => scenario === name)?.storage ?? {});
  const operations = [...new Set(chosen.flatMap(Object.keys))].sort();
  return [
    ...textTable([
      ['one reconcile', 'Graph requests', 'resource units', 'table requests', 'queue requests'],
      ...totals,
    ]),
    '',
    ...textTable([
      ['storage request', ...listed, 'for'],
      ...operations.map((name) => [name, ...chosen.map((storage) => storage[name] ?? 0), purposeOf(name) ?? '?']),
    ]),
  ];
}

function sum(counts: Readonly<Record<string, number>>, includes: (name: string) => boolean): number {
  return Object.entries(counts).reduce((total, [name, count]) => total + (includes(name) ? count : 0), 0);
}
