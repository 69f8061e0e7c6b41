import { startBenchStack, type BenchStack } from './bench-stack.ts';
import { benchUserId, roleGroups, setMember, timerFunctions, withoutFunctions } from './bench-tenant.ts';
import { countStorage } from './counts.ts';
import { cpuMilliseconds } from './cpu-time.ts';
import { createAppRunner, createLoopRunner, startHandLoop, watchReconciles, type Runner } from './runners.ts';

/** `app`: messages through the host; `loop`: by hand; `consumer`: by hand, with the queue's operations as well. */
export const runnerNames = ['app', 'loop', 'consumer'] as const;
export type RunnerName = (typeof runnerNames)[number];
export type Work = 'changed' | 'unchanged';

/** One runner's part of a round; processor time in milliseconds per reconcile. */
export interface Lap {
  readonly perSecond: number;
  /** Of the host, or of the loop's process. */
  readonly ownCpu: number;
  readonly azuriteCpu: number;
}

export type ThroughputResult = Readonly<Record<Work, Readonly<Record<RunnerName, readonly Lap[]>>>>;

type Cast = Readonly<Record<RunnerName, { readonly runner: Runner; readonly userIds: readonly string[] }>>;

/**
 * Measures the app against the loop in alternating rounds, each with its own users, who all join one group per round. Both
 * talk to Azurite and the simulator directly; the proxy is only used once, to show that their operations are the same.
 *
 * @param users of each runner; also the depth of the queue at the start of a round
 */
export async function measureThroughput(
  { users, rounds }: { readonly users: number; readonly rounds: number },
  tell: (line: string) => void,
): Promise<ThroughputResult> {
  const watch = watchReconciles();
  const bench = await startBenchStack({ users: users * runnerNames.length, strangers: 0 }, (line) => {
    watch.onLine(line);
  });
  const child = startHandLoop(bench);
  bench.stack.simulator.world.control.notifications.loss = 1;
  const share = (index: number): string[] =>
    Array.from({ length: users }, (_, number) => benchUserId(index * users + number));
  const cast: Cast = {
    app: { runner: createAppRunner(bench, watch), userIds: share(0) },
    loop: { runner: createLoopRunner(bench, child), userIds: share(1) },
    consumer: { runner: createLoopRunner(bench, child, 'bench-loop'), userIds: share(2) },
  };
  try {
    const [first = '', ...others] = roleGroups;
    await compareOperations(bench, cast, first);
    tell('The loop makes the same Graph requests and table operations as the app, counted for 9 joins of each.');
    return await measureRounds(bench, cast, others.slice(0, rounds + 1), tell);
  } finally {
    child.process.disconnect();
    await child.exited;
    await bench.stop();
  }
}

/** Both do the same to Graph and tables, told by simulator and proxy; otherwise the comparison would say nothing. */
async function compareOperations({ stack }: BenchStack, { app, loop }: Cast, group: string): Promise<void> {
  const { control } = stack.simulator.world;
  await stack.restartHost(withoutFunctions(timerFunctions));
  const counted: string[] = [];
  for (const { runner, userIds } of [app, loop]) {
    const [first = '', ...others] = userIds.slice(0, 10);
    for (const userId of [first, ...others]) setMember(stack.simulator.world, group, userId, true);
    // The first one pays for tokens and caches.
    for (const some of [[first], others]) {
      await runner.prepare(some);
      control.counters.reset();
      stack.proxy.resetCounters();
      await runner.run(some, stack.proxy.connectionString);
      await stack.settled();
    }
    const { storage, inTransactions } = countStorage(stack.proxy.counters());
    const tables = Object.entries(storage).filter(([name]) => !name.startsWith('queue '));
    const { httpRequests, resourceUnits } = control.counters.snapshot();
    counted.push(JSON.stringify({ httpRequests, resourceUnits, tables, inTransactions }));
    await runner.clear();
  }
  const [ofApp, ofLoop] = counted;
  if (ofApp !== ofLoop) throw new Error(`The loop does not do what the app does:\n${ofApp}\n${ofLoop}`);
}

async function measureRounds(
  { stack }: BenchStack,
  cast: Cast,
  groups: readonly string[],
  tell: (line: string) => void,
): Promise<ThroughputResult> {
  const { connectionString, pid } = stack.storage;
  await stack.restartHost({ ...withoutFunctions(timerFunctions), AzureWebJobsStorage: connectionString });
  const empty = (): Record<RunnerName, Lap[]> => ({ app: [], loop: [], consumer: [] });
  const result = { changed: empty(), unchanged: empty() };
  for (const [round, group] of groups.entries()) {
    for (const userId of Object.values(cast).flatMap(({ userIds }) => userIds)) {
      setMember(stack.simulator.world, group, userId, true);
    }
    for (const work of ['changed', 'unchanged'] as const) {
      const rates: string[] = [];
      for (const name of inTurn(round)) {
        const lap = await measureLap(cast[name], connectionString, pid);
        // Round 0 warms all processes up.
        if (round > 0) result[work][name].push(lap);
        rates.push(`${name} ${lap.perSecond.toFixed(0)}/s`);
      }
      tell(`${round === 0 ? 'warm-up' : `round ${round}`}, ${work}: ${rates.join(', ')}`);
    }
  }
  return result;
}

async function measureLap(
  { runner, userIds }: Cast[RunnerName],
  connectionString: string,
  azuritePid: number,
): Promise<Lap> {
  await runner.prepare(userIds);
  const pids = [runner.pid(), azuritePid];
  const before = pids.map(cpuMilliseconds);
  const milliseconds = await runner.run(userIds, connectionString);
  const [ownCpu = 0, azuriteCpu = 0] = pids.map((pid, index) => cpuMilliseconds(pid) - (before[index] ?? 0));
  await runner.clear();
  return {
    perSecond: (userIds.length * 1000) / milliseconds,
    ownCpu: ownCpu / userIds.length,
    azuriteCpu: azuriteCpu / userIds.length,
  };
}

/** Who begins changes from round to round, so that nobody always runs on a busier machine. */
function inTurn(round: number): readonly RunnerName[] {
  const first = round % runnerNames.length;
  return [...runnerNames.slice(first), ...runnerNames.slice(0, first)];
}
