import { parseSchedule } from '../../dev/host/schedule.ts';

const next = (expression: string, from: string): string =>
  new Date(parseSchedule(expression).nextAfter(Date.parse(from))).toISOString();

describe('an NCRONTAB schedule', () => {
  it.each([
    ['*/5 * * * * *', '2026-03-01T00:00:01Z', '2026-03-01T00:00:05.000Z'],
    ['0 */5 * * * *', '2026-03-01T00:00:00Z', '2026-03-01T00:05:00.000Z'],
    ['*/5 * * * *', '2026-03-01T00:01:30Z', '2026-03-01T00:05:00.000Z'],
    ['0 30 9-17 * * 1-5', '2026-03-06T17:45:00Z', '2026-03-09T09:30:00.000Z'],
    ['0 0 0 * Feb Sun', '2026-03-01T00:00:00Z', '2027-02-07T00:00:00.000Z'],
    // Both must match: a Friday that is the 13th.
    ['0 0 0 13 * 5', '2026-03-14T00:00:00Z', '2026-11-13T00:00:00.000Z'],
  ])('%s after %s is %s', (expression, from, expected) => {
    expect(next(expression, from)).toBe(expected);
  });

  it.each(['', '* * * *', '0 61 * * * *', '00:05:00', '* * * * * * *'])('refuses "%s"', (expression) => {
    expect(() => parseSchedule(expression)).toThrow();
  });
});
