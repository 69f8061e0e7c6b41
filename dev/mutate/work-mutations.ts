import { mutation, type Mutation } from './mutation.ts';

/** Faults that keep work from being done in its turn: calls without an end, lanes, what is left over when something fails. */
export const workMutations: readonly Mutation[] = [
  mutation(
    10,
    'a silent sign-in is waited for',
    'src/lib/directory/graph-tokens.ts',
    [
      `await withinTime(limitMilliseconds, late, (abortSignal) =>
    credential.getToken(SCOPE, { abortSignal }),
  );`,
      `await credential.getToken(SCOPE, { claims: late });`,
    ],
    ['test/unit/directory/graph-tokens.test.ts'],
  ),
  mutation(
    10,
    'whoever comes after a silent sign-in waits as long',
    'src/lib/directory/graph-tokens.ts',
    [`now() < silence.until) throw silence.error;`, `now() < silence.until) silence = undefined;`],
    ['test/unit/directory/graph-tokens.test.ts'],
  ),
  mutation(
    10,
    'a silent vault is waited for',
    'src/lib/secrets/vault.ts',
    [
      `return withinTime(timeoutMilliseconds, late, (signal) => ask(name, signal));`,
      `return withinTime(2 ** 30, late, (signal) => ask(name, signal));`,
    ],
    [['test/secrets/credentials.test.ts', 'silence']],
  ),
  mutation(
    10,
    'finished work is told to stop',
    'src/lib/time-limit.ts',
    [`clearTimeout(timer);`, `clearTimeout(undefined);`],
    ['test/unit/time-limit.test.ts'],
  ),
  mutation(
    11,
    'jobs that can not be read hide that users can not be, either',
    'src/lib/detect/catch-up.ts',
    [`new AggregateError(failed,`, `new AggregateError(failed.slice(0, 1),`],
    [['test/unit/functions/timers.test.ts', 'neither']],
  ),
  mutation(
    6,
    'poisoned bulk work comes back as fresh',
    'src/lib/queue/drain-poison.ts',
    [`return name === laneQueues.bulk ? 'bulk' : 'fresh';`, `return name === 'jobs' ? 'bulk' : 'fresh';`],
    ['test/queue/queues.test.ts'],
  ),
  mutation(
    6,
    'what bulk work asks for, too, loses its turn',
    'src/lib/record/work-table.ts',
    [`there?.lane === 'fresh' ? 'fresh' : lane`, `there?.lane === 'fresh' ? lane : lane`],
    ['test/record/work-table.test.ts'],
  ),
  mutation(
    11,
    'throttling puts all groups of a full sync aside',
    'src/lib/detect/sync-groups.ts',
    [`isOutage(error) && times <= mostWaits`, `isOutage(error) && times < 1`],
    ['test/unit/detect/sync-groups.test.ts'],
  ),
  mutation(
    11,
    'one group that never answers keeps a full sync from its end',
    'src/lib/detect/sync-groups.ts',
    [`isOutage(error) && times <= mostWaits`, `isOutage(error) && times >= 1`],
    ['test/unit/detect/sync-groups.test.ts'],
  ),
  mutation(
    11,
    'the second try of some groups does the whole full sync again',
    'src/lib/detect/full-sync.ts',
    [`  if (sync.state.retry === true) return sync.result(true);\n`, ''],
    ['test/unit/detect/sync-groups.test.ts'],
  ),
  mutation(
    2,
    'a merged shard goes before its replica can have told everything',
    'src/lib/detect/sweep.ts',
    [`>= ports.lagMilliseconds;\n}\n\nfunction withoutLinks`, `>= 0;\n}\n\nfunction withoutLinks`],
    ['test/unit/detect/merge-shards.test.ts'],
  ),
  mutation(
    11,
    'a poison queue out of reach keeps the others full',
    'src/lib/queue/drain-poison.ts',
    [`      failures.push(error);\n    }\n  }\n  if`, `      throw error;\n    }\n  }\n  if`],
    ['test/queue/queues.test.ts'],
  ),
  mutation(
    11,
    'a row that can not be read ends the list of what is due',
    'src/lib/record/work-table.ts',
    [`readable(() => toWorkRow(row));`, `toWorkRow(row);`],
    ['test/record/work-table.test.ts'],
  ),
];
