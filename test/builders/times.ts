/** The replication lag of every test that does not say otherwise: five minutes. */
export const lagMilliseconds = 5 * 60_000;

const start = Date.parse('2026-03-01T12:00:00.000Z');

/** The given minute of a test as ISO 8601. Facts at `at(0)` are old to a reading at `at(60)`, those at `at(58)` are young. */
export function at(minutes: number): string {
  return new Date(start + minutes * 60_000).toISOString();
}
