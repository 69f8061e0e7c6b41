/**
 * What one entity-group transaction may hold: 100 operations and 4 MiB of request (Microsoft Learn, "Performing entity group
 * transactions"). Azurite checks neither, so they are checked here.
 */
import { InvalidInputError } from '../errors.ts';
import type { Row } from './entity-codec.ts';

const mostOperations = 100;
const largestRequest = 4_000_000;
/** Headers and boundaries that the request adds to each row. */
const perRow = 700;

/** Bytes that rows take in the request of a transaction. */
export function requestSize(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + perRow + Buffer.byteLength(JSON.stringify(row)), 0);
}

/** True when the rows can be written in one transaction. */
export function fitsTransaction(rows: readonly Row[]): boolean {
  return rows.length <= mostOperations && requestSize(rows) <= largestRequest;
}

/** @throws InvalidInputError when the rows can't be written in one transaction */
export function assertFits(rows: readonly Row[], what: string): void {
  if (fitsTransaction(rows)) return;
  throw new InvalidInputError(
    `${what} is too large for one transaction: ${rows.length} rows, ${requestSize(rows)} bytes.`,
  );
}
