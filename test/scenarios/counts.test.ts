import { startBenchStack, type BenchStack } from '../../dev/bench/bench-stack.ts';
import { purposeOf } from '../../dev/bench/counts-report.ts';
import { countReconciles, countsPeople, type ReconcileCount } from '../../dev/bench/counts.ts';

/** One request that reads, and what a queue message costs. */
const reading = { 'access query': 1, 'rules get active': 1, 'queue reconcile-user delete': 1 };

/** What every change costs besides its derived rows. */
const change = {
  'access query': 1,
  'access transaction': 1,
  'access delete outbox|*': 1,
  'changes insert *|*|*': 1,
  'rules get active': 2,
  'queue reconcile-user delete': 1,
  'queue reconcile-user send': 1,
};

const join = { ...change, 'assignments insert group|*': 1 };
const leave = {
  ...change,
  'assignments get group|*': 1,
  'assignments replace group|*': 1,
  'holds get hold': 1,
  'holds get loss|*': 1,
  'holds transaction': 1,
};

interface Expected {
  readonly scenario: string;
  /** Requests and resource units. */
  readonly graph: readonly [number, number];
  readonly storage: Readonly<Record<string, number>>;
  readonly rows: Readonly<Record<string, number>>;
}

const changedRows = { 'access replace record': 1, 'access insert audit|*': 1, 'access insert outbox|*': 1 };
const lostRows = { ...changedRows, 'holds replace hold': 1, 'holds replace loss|*': 1 };

const expected: readonly Expected[] = [
  { scenario: 'unchanged', graph: [1, 3], storage: reading, rows: {} },
  {
    scenario: 'first record',
    graph: [1, 3],
    storage: {
      ...join,
      // A record that somebody deleted looks like one that never was, so the audit entries are asked.
      'access query': 2,
      'assignments insert role|user': 1,
      'assignments insert accounts': 1,
      'assignments insert upn': 1,
    },
    rows: { 'access insert record': 1, 'access insert audit|*': 1, 'access insert outbox|*': 1 },
  },
  { scenario: 'join', graph: [1, 3], storage: { ...join, 'assignments insert role|*': 1 }, rows: changedRows },
  // The reading says that a direct-only group is concerned; the user's direct groups take a second request.
  {
    scenario: 'join, by a direct-only rule',
    graph: [2, 7],
    storage: { ...join, 'assignments insert role|direct': 1 },
    rows: changedRows,
  },
  // The record says so, and one request has them all.
  { scenario: 'unchanged, in a direct-only group', graph: [1, 4], storage: reading, rows: {} },
  {
    scenario: 'join, in a direct-only group',
    graph: [1, 4],
    storage: { ...join, 'assignments insert role|*': 1 },
    rows: changedRows,
  },
  // Only a loss pays for the question whether its group answers.
  {
    scenario: 'leave',
    graph: [2, 4],
    storage: { ...leave, 'assignments get role|*': 1, 'assignments replace role|*': 1 },
    rows: lostRows,
  },
  {
    scenario: 'leave, of the direct-only group',
    graph: [2, 5],
    storage: { ...leave, 'assignments get role|direct': 1, 'assignments replace role|direct': 1 },
    rows: lostRows,
  },
];

describe('what one reconcile costs', () => {
  let bench: BenchStack;
  let counts: readonly ReconcileCount[];

  beforeAll(async () => {
    bench = await startBenchStack(countsPeople);
    counts = await countReconciles(bench);
  }, 120_000);
  afterAll(() => bench.stop());

  it.each(expected)('$scenario', ({ scenario, graph: [requests, resourceUnits], storage, rows }) => {
    const counted = counts.find((count) => count.scenario === scenario);
    expect(counted).toEqual({ scenario, graph: { requests, resourceUnits }, storage, inTransactions: rows });
  });

  it('is explained, operation by operation', () => {
    const operations = [...new Set(counts.flatMap(({ storage }) => Object.keys(storage)))];
    expect(operations.filter((operation) => purposeOf(operation) === undefined)).toEqual([]);
  });
});
