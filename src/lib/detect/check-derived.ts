import type { AccessRecord } from '../model/access.ts';
import { upnPartition } from '../model/keys.ts';
import type { DerivedPut } from '../model/plan.ts';
import { derivedRows } from '../plan/derived-rows.ts';
import type { DerivedRow } from '../model/recorded.ts';
import type { Ports } from '../ports.ts';
import type { ComparisonCause } from './look-list.ts';
import { checkUnexplained, type UnexplainedRow } from './check-unexplained.ts';
import { enqueueUsers } from './enqueue-users.ts';

/** Records compared at once: memory does not grow with the tenant. */
const chunkSize = 500;
/** A record that changed within this time may still be being published; milliseconds. */
const publishingMilliseconds = 120_000;
/** A tombstone outlives every worker that could still bring an older row back; milliseconds. */
const tombstoneMilliseconds = 24 * 3600 * 1000;

/**
 * Compares the derived rows with the records, in slices of user ids, and repairs what differs at the record's revision: rows
 * that are missing or wrong are written, rows that nothing justifies become tombstones, old tombstones are purged. Users with
 * unpublished work are enqueued, and those whose record somebody deleted.
 */
export async function checkDerived(
  ports: Ports,
  after: string | undefined,
  cause: ComparisonCause,
  checkpoint: (after: string) => Promise<boolean>,
): Promise<{ users: number; finished: boolean; repaired: number }> {
  const unpublished: { userId: string }[] = [];
  for await (const userId of ports.access.unpublished()) unpublished.push({ userId });
  let users = await enqueueUsers(ports, unpublished, { ...cause, lane: 'bulk' });
  const partitions: string[] = [];
  for await (const partition of ports.derived.partitions()) {
    // Keyed by the UPN: not comparable in slices of user ids, so each record's row is looked up.
    if (partition !== upnPartition) partitions.push(partition);
  }
  const busy = new Set(unpublished.map(({ userId }) => userId));
  let from = after ?? '';
  let repaired = 0;
  let slice: AccessRecord[] = [];
  const check = async (to: string | undefined): Promise<void> => {
    const checked = await checkSlice(ports, slice, partitions, from, to, busy);
    const looked = await checkUnexplained(ports, checked.unexplained, cause);
    repaired += checked.repaired + looked.repaired;
    users += looked.users;
    slice = [];
  };
  for await (const { record, altered } of ports.access.records(after)) {
    slice.push(record);
    // What somebody else wrote proves nothing; the user is being repaired.
    if (altered || ports.clock.now().getTime() - Date.parse(record.updatedDateTime) < publishingMilliseconds)
      busy.add(record.userId);
    if (slice.length < chunkSize) continue;
    // The slice ends just behind its last user, so every id belongs to exactly one slice.
    const to = `${record.userId} `;
    await check(to);
    from = to;
    if (!(await checkpoint(record.userId))) return { users, finished: false, repaired };
  }
  await check(undefined);
  if (repaired > 0) ports.log.warn('Derived rows differed from their records and were repaired.', { rows: repaired });
  return { users, finished: true, repaired };
}

async function checkSlice(
  ports: Ports,
  records: readonly AccessRecord[],
  partitions: readonly string[],
  from: string,
  to: string | undefined,
  busy: ReadonlySet<string>,
): Promise<{ repaired: number; unexplained: readonly UnexplainedRow[] }> {
  const byUser = new Map(records.map((record) => [record.userId, record]));
  const missing = new Map<string, { record: AccessRecord; put: DerivedPut }>();
  for (const record of records) {
    if (busy.has(record.userId)) continue;
    for (const [key, put] of derivedRows(record)) missing.set(key, { record, put });
  }
  const wrong: { record: AccessRecord; put: DerivedPut }[] = [];
  const unexplained: UnexplainedRow[] = [];
  for (const partition of partitions) {
    for await (const row of ports.derived.rows(partition, from, to)) {
      const key = `${row.partition}\n${row.rowKey}`;
      const expected = missing.get(key);
      missing.delete(key);
      const record = byUser.get(row.rowKey);
      if (busy.has(row.rowKey)) continue;
      if (!record || row.revision > record.revision) {
        if (row.values !== undefined || expected) unexplained.push({ row, expected: expected?.put });
      } else if (expected) {
        if (!sameRow(row, expected.put)) wrong.push(expected);
      } else if (row.values === undefined) {
        if (ports.clock.now().getTime() - Date.parse(row.writtenDateTime) > tombstoneMilliseconds)
          await ports.derived.purge(row);
      } else {
        wrong.push({ record, put: { partition: row.partition, rowKey: row.rowKey } });
      }
    }
  }
  for (const [key, { record, put }] of [...missing].filter(
    ([
      ,
      {
        put: { partition },
      },
    ]) => partition === upnPartition,
  )) {
    for await (const row of ports.derived.rows(put.partition, put.rowKey, `${put.rowKey} `)) {
      if (row.rowKey === put.rowKey && row.owner === record.userId && sameRow(row, put)) missing.delete(key);
    }
  }
  const repairs = [...wrong, ...missing.values()];
  for (const { record, put } of repairs) await ports.derived.repair({ ...put, revision: record.revision });
  return { repaired: repairs.length, unexplained };
}

function sameRow(row: DerivedRow, put: DerivedPut): boolean {
  const expected = Object.entries(put.values ?? {});
  const stored = row.values;
  if (stored === undefined || Object.keys(stored).length !== expected.length) return false;
  return expected.every(([name, value]) => stored[name] === value);
}
