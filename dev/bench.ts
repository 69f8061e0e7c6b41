/** `npm run bench`: what Rolecall costs and how fast it is on this machine. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startBenchStack } from './bench/bench-stack.ts';
import { describeCounts } from './bench/counts-report.ts';
import { countReconciles, countsPeople } from './bench/counts.ts';
import { describeLatencies, measureLatency } from './bench/latency.ts';
import { describeThroughput } from './bench/throughput-report.ts';
import { measureThroughput } from './bench/throughput.ts';
import { describeWebhook, measureWebhook } from './bench/webhook.ts';

const help = `npm run bench -- [options]

Measures the built app on the local stack (host, Azurite, simulated tenant) and prints the figures; docs/performance.md says how
they are made. Nothing else should run on the machine. All parts take about 12 minutes.

  --only a,b      only these parts: counts, throughput, latency, webhook
  --users N       throughput: users of each runner, at most 480 (default 160)
  --rounds N      throughput: measured rounds, at most 10 (default 10)
  --changes N     latency: changes (default 200)
  --rate N        webhook: notifications a second (default 500)
  --seconds N     webhook: seconds of a round (default 30)
  --help          this text
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'counts,throughput,latency,webhook' },
    users: { type: 'string', default: '160' },
    rounds: { type: 'string', default: '10' },
    changes: { type: 'string', default: '200' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '30' },
    help: { type: 'boolean', default: false },
  },
});

const tell = (line: string): void => {
  console.log(line);
};

const parts: Readonly<Record<string, { readonly title: string; run(): Promise<readonly string[]> }>> = {
  counts: {
    title: 'Counts: what one reconcile asks of Graph and of the storage',
    async run() {
      const bench = await startBenchStack(countsPeople);
      try {
        return describeCounts(await countReconciles(bench));
      } finally {
        await bench.stop();
      }
    },
  },
  throughput: {
    title: 'Throughput: reconciles through the queue, 24 at a time, against a hand-written loop (goal: 0.8 of it)',
    run: async () =>
      describeThroughput(await measureThroughput({ users: Number(values.users), rounds: Number(values.rounds) }, tell)),
  },
  latency: {
    title: 'Latency: from a change in the directory to the record, idle (goals: p50 below 500 ms, p99 below 2500 ms)',
    run: async () => describeLatencies(await measureLatency(Number(values.changes), tell)),
  },
  webhook: {
    title: `Webhook: ${values.rate} notifications a second for ${values.seconds} s, consumers off (goal: p99 below 50 ms)`,
    run: async () =>
      describeWebhook(
        await measureWebhook({ perSecond: Number(values.rate), seconds: Number(values.seconds), rounds: 3 }, tell),
      ),
  },
};

async function bench(): Promise<void> {
  const [processor] = cpus();
  tell(`${processor?.model ?? 'A processor'}, ${availableParallelism()} cores, Node ${process.version}`);
  for (const name of values.only.split(',')) {
    const part = parts[name];
    if (part === undefined) throw new Error(`There is no part '${name}'. There are: ${Object.keys(parts).join(', ')}.`);
    tell(`\n${part.title}\nload of the machine before: ${(loadavg()[0] ?? 0).toFixed(1)}`);
    const startedAt = performance.now();
    for (const line of await part.run()) tell(line);
    tell(`(${((performance.now() - startedAt) / 1000).toFixed(0)} s)`);
  }
}

if (values.help) console.log(help);
else await bench();
