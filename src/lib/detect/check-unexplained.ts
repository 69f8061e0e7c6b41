import type { DerivedPut } from '../model/plan.ts';
import type { DerivedRow } from '../model/recorded.ts';
import type { Ports } from '../ports.ts';
import type { ComparisonCause } from './look-list.ts';
import { enqueueUsers } from './enqueue-users.ts';

/** A derived row that no record explains, or one of a later revision than its record's. */
export interface UnexplainedRow {
  readonly row: DerivedRow;
  /** What the record says should stand there. */
  readonly expected: DerivedPut | undefined;
}

/**
 * Looks once more at users with rows that their records do not explain: either the record has moved on since it was listed, or
 * somebody else wrote. A record that somebody deleted is repaired by a reconcile; rows that nobody's record ever gave end here.
 *
 * @returns rows repaired, and users enqueued
 */
export async function checkUnexplained(
  ports: Ports,
  unexplained: readonly UnexplainedRow[],
  cause: ComparisonCause,
): Promise<{ repaired: number; users: number }> {
  let repaired = 0;
  const altered: { userId: string }[] = [];
  for (const [userId, rows] of Map.groupBy(unexplained, ({ row }) => row.rowKey)) {
    const stored = await ports.access.read(userId);
    if (stored.altered) {
      altered.push({ userId });
      continue;
    }
    const revision = stored.record?.revision;
    for (const { row, expected } of rows) {
      if (revision !== undefined && row.revision <= revision) continue;
      await ports.derived.purge(row);
      if (expected && revision !== undefined) await ports.derived.repair({ ...expected, revision });
      repaired += 1;
    }
  }
  return { repaired, users: await enqueueUsers(ports, altered, { ...cause, reason: 'repair', lane: 'bulk' }) };
}
