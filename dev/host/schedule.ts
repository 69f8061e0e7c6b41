import { CronExpressionParser } from 'cron-parser';

export interface Schedule {
  /** The first occurrence after this time; milliseconds since the epoch. */
  nextAfter(time: number): number;
  /** Whether two occurrences are ever less than a minute apart, as far as the next ones show. */
  subMinute(now: number): boolean;
}

const maxSteps = 1000;

/**
 * Parses an NCRONTAB expression: six fields, seconds first, or five; always UTC. Unlike in Unix cron, day of month and
 * day of week must both match (github.com/atifaziz/NCrontab). Throws when the expression is not valid.
 */
export function parseSchedule(expression: string): Schedule {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) throw new Error(`"${expression}" is not an NCRONTAB expression.`);
  const parse = (time: number) =>
    CronExpressionParser.parse(fields.join(' '), { currentDate: new Date(time), tz: 'UTC' });
  const { dayOfMonth, dayOfWeek } = parse(0).fields;
  const days = new Set(dayOfMonth.values.map(Number));
  const weekdays = new Set(dayOfWeek.values.map((value) => Number(value) % 7));

  const nextAfter = (time: number): number => {
    const occurrences = parse(time);
    for (let step = 0; step < maxSteps; step += 1) {
      const next = occurrences.next().toDate();
      if (days.has(next.getUTCDate()) && weekdays.has(next.getUTCDay())) return next.getTime();
    }
    throw new Error(`"${expression}" never occurs.`);
  };
  return {
    nextAfter,
    subMinute(now) {
      const first = nextAfter(now);
      return nextAfter(first) - first < 60_000;
    },
  };
}
