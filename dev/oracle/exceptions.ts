import { z } from 'zod';
import { withJson } from './stored-record.ts';
import type { OracleRow } from './stored-rows.ts';

const exceptionSchema = z.looseObject({
  id: z.string(),
  effect: z.enum(['grant', 'deny', 'scopes']),
  kind: z.enum(['role', 'businessFunction', 'team', 'permission']),
  entitlementId: z.string(),
  scopes: z.array(z.string()),
  startDateTime: z.string(),
  endDateTime: z.string().optional(),
  closedDateTime: z.string().optional(),
});

/** An exception as it is stored (table `access`, rows `exception|…`). */
export type OracleException = z.infer<typeof exceptionSchema>;

export function toException({ columns }: OracleRow): OracleException {
  return exceptionSchema.parse(withJson(columns, ['scopes']));
}

/** Those that count at a time, the one that started last first; of two that started at once, the lower id. */
export function counting(exceptions: readonly OracleException[], now: number): readonly OracleException[] {
  const instant = (text: string | undefined): number => (text === undefined ? Infinity : Date.parse(text));
  return exceptions
    .filter((one) => one.closedDateTime === undefined)
    .filter((one) => instant(one.startDateTime) <= now && now < instant(one.endDateTime))
    .toSorted((a, b) => instant(b.startDateTime) - instant(a.startDateTime) || (a.id < b.id ? -1 : 1));
}
