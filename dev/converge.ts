import fc from 'fast-check';
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { batches, withEveryWeather } from './converge/history.ts';
import { runBatch, type Injected } from './converge/run-batch.ts';

const help = `npm run converge -- [options]

Random histories through the built app on real parts (host, storage proxy, Azurite, simulator) under loss, duplication,
reordering, replica lag, 429, 5xx, outages, delta resets, storage faults, paused publishers and SIGKILL, while people publish
rules, roll them back, and put and close exceptions. Two delta cycles and a lease after each one direct members and accounts must be
recorded; after one full sync the records must equal the oracle, no revoke may have been wrong, and every change must have exactly one
audit entry.

  --runs N      histories (default 200)
  --tenants N   histories that share a stack and its weather (default 10)
  --rounds N    rounds of a history (default 8)
  --seed N      seed of the histories (default: random, printed)
  --batch N     only this batch of the seed, to repeat a failure
  --minutes N   stop after this many minutes, and say how many were run
  --log FILE    append every line of the hosts to a file
  --help        this text
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    tenants: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '8' },
    seed: { type: 'string' },
    batch: { type: 'string' },
    minutes: { type: 'string', default: '60' },
    log: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function converge(): Promise<number> {
  const tenants = Number(values.tenants);
  const wanted = Math.ceil(Number(values.runs) / tenants);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const drawn = fc.sample(batches(tenants, Number(values.rounds)), { seed, numRuns: wanted });
  const samples = drawn.map((batch, index) => (index === 0 ? withEveryWeather(batch) : batch));
  const chosen =
    values.batch === undefined ? samples.entries() : [...samples.entries()].filter(([i]) => i === Number(values.batch));
  console.log(`Seed ${seed}: ${wanted} batches of ${tenants} histories.`);
  const deadline = performance.now() + Number(values.minutes) * 60_000;
  const total: Injected = {
    histories: 0,
    happenings: 0,
    versions: 0,
    exceptions: 0,
    crashes: 0,
    throttled: 0,
    lostNotifications: 0,
    storageFaults: 0,
    outages: 0,
    pausedPublishers: 0,
  };
  const onLine = (line: string): void => {
    if (values.log !== undefined) appendFileSync(values.log, `${line}\n`);
  };
  const dir = await mkdtemp(join(tmpdir(), 'rolecall-converge-'));
  let failed = 0;
  try {
    const bundle = await build();
    for (const [index, batch] of chosen) {
      if (performance.now() > deadline) break;
      const started = performance.now();
      const again = `repeat with --seed ${seed} --runs ${values.runs} --batch ${index}`;
      try {
        const { injected, failures } = await runBatch(batch, { bundle, seed: (seed + index) % 2 ** 31, dir, onLine });
        for (const key of injectedKeys) total[key] += injected[key];
        failed += failures.length;
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        console.log(
          `batch ${index}: ${injected.histories - failures.length} passed, ${failures.length} failed in ${seconds} s`,
        );
        for (const { history, discrepancies } of failures) {
          console.log(`  history ${history} (${again}):`);
          for (const discrepancy of discrepancies) console.log(`    ${discrepancy}`);
        }
      } catch (error) {
        // One that never comes to rest is a finding like any other, and the rest is still to be run.
        total.histories += batch.histories.length;
        failed += batch.histories.length;
        console.log(`batch ${index}: broke off (${again}): ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return report(total, failed);
}

const injectedKeys = [
  'histories',
  'happenings',
  'versions',
  'exceptions',
  'crashes',
  'throttled',
  'lostNotifications',
  'storageFaults',
  'outages',
  'pausedPublishers',
] as const;

const mustBeInjected = ['crashes', 'throttled', 'lostNotifications', 'storageFaults', 'outages'] as const;

function report(total: Injected, failed: number): number {
  console.log(injectedKeys.map((key) => `${key}: ${total[key]}`).join(', '));
  const unproven = mustBeInjected.filter((key) => total[key] === 0);
  // A run without crashes, throttling or losses proves less than it says.
  if (unproven.length > 0 && values.batch === undefined)
    console.log(`Nothing was injected of: ${unproven.join(', ')}.`);
  console.log(`${total.histories - failed} passed, ${failed} failed`);
  return failed > 0 || (unproven.length > 0 && values.batch === undefined) ? 1 : 0;
}

if (values.help) console.log(help);
else process.exitCode = await converge();
