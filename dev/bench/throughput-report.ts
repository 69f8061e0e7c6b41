import { median } from './statistics.ts';
import { textTable } from '../command-line/text-table.ts';
import { runnerNames, type Lap, type RunnerName, type ThroughputResult, type Work } from './throughput.ts';

const titles: Readonly<Record<RunnerName, string>> = {
  app: 'app, through its queue',
  loop: 'loop by hand',
  consumer: 'loop by hand, from a queue',
};

/** Medians over the rounds; a ratio is the median of the rounds' own ratios. */
export function describeThroughput(result: ThroughputResult): string[] {
  return (['changed', 'unchanged'] as const).flatMap((work) => [
    ...textTable([
      [`${work} users`, 'per second', 'app is', 'processor ms of it', 'of Azurite'],
      ...runnerNames.map((name) => row(result, work, name)),
    ]),
    '',
  ]);
}

function row(result: ThroughputResult, work: Work, name: RunnerName): (string | number)[] {
  const laps = result[work];
  const middle = (value: (lap: Lap) => number): number => median(laps[name].map(value));
  const ratio = median(
    laps.app.map(({ perSecond }, round) => perSecond / (laps[name][round]?.perSecond ?? Number.NaN)),
  );
  return [
    titles[name],
    middle(({ perSecond }) => perSecond).toFixed(0),
    name === 'app' ? '' : `${ratio.toFixed(2)} of it`,
    middle(({ ownCpu }) => ownCpu).toFixed(1),
    middle(({ azuriteCpu }) => azuriteCpu).toFixed(1),
  ];
}
