import type { PlayedStep } from './play-step.ts';

/** A line of the story's table. What changed comes last, because nobody knows how long it is. */
function line(
  cells: readonly [event: string, who: string, feeds: string, ms: string, clock: string, what: string],
): string {
  const [event, who, feeds, ms, clock, what] = cells;
  return [event.padEnd(56), who.padEnd(27), feeds.padEnd(14), ms.padStart(5), clock.padStart(7), what].join('  ');
}

export const tableHead = [
  line(['event', 'who', 'by feed', 'ms', 'clock', 'what changed']),
  line(['-'.repeat(56), '-'.repeat(27), '-'.repeat(14), '-'.repeat(5), '-'.repeat(7), '-'.repeat(12)]),
] as const;

/** One event: who it was about, by which feed the change came, after how many milliseconds, and what it was. */
export function tableRow({ event, who, what, feeds, milliseconds, skippedSeconds }: PlayedStep): string {
  const clock = skippedSeconds === 0 ? '' : `+${skippedSeconds} s`;
  return line([event, who, feeds, String(milliseconds), clock, what]);
}
