import { z } from 'zod';
import type { HeldFacts } from './expected-facts.ts';
import type { OracleRow } from './stored-rows.ts';

const spell = z.looseObject({ in: z.boolean(), since: z.string(), pendingSince: z.string().optional() });
const kind = z.enum(['role', 'businessFunction', 'team', 'permission']);

const factsSchema = z.looseObject({
  account: z
    .looseObject({
      state: z.enum(['enabled', 'disabled', 'deleted']),
      type: z.enum(['member', 'guest']),
      pendingSince: z.string().optional(),
    })
    .optional(),
  groups: z.record(z.string(), z.looseObject({ member: spell, direct: spell.optional() })),
});

const assignmentSchema = z.looseObject({
  kind,
  id: z.string(),
  scopes: z.array(z.string()),
  exceptScopes: z.array(z.string()).optional(),
  sources: z.array(
    z.looseObject({
      origin: z.string(),
      ruleId: z.string().optional(),
      groupId: z.string().optional(),
      exceptionId: z.string().optional(),
    }),
  ),
  pendingSince: z.string().optional(),
});
export type StoredAssignment = z.infer<typeof assignmentSchema>;

const recordSchema = z.looseObject({
  userId: z.string(),
  state: z.enum(['active', 'suspended', 'removed']),
  revision: z.number(),
  rulesVersion: z.number(),
  auditHead: z.string(),
  updatedDateTime: z.string(),
  displayName: z.string().optional(),
  userPrincipalName: z.string().optional(),
  mail: z.string().optional(),
  facts: factsSchema,
  assignments: z.array(assignmentSchema),
  conflicts: z.array(
    z.looseObject({
      conflictId: z.string(),
      roles: z.array(z.string()),
      scopes: z.array(z.string()),
      exceptScopes: z.array(z.string()).optional(),
      action: z.enum(['report', 'withhold']),
    }),
  ),
});

/** A record as it is stored (table `access`, row `record`). */
export interface StoredRecord extends z.infer<typeof recordSchema> {
  /** Everything its hash covers, as it was hashed. */
  readonly content: unknown;
}

const jsonColumns = ['facts', 'assignments', 'losers', 'conflicts'];

export function toStoredRecord({ columns }: OracleRow): StoredRecord {
  const parsed = withJson(columns, jsonColumns);
  const { v, auditHead, rowHash, displayName, userPrincipalName, mail, ...rest } = parsed;
  return { ...recordSchema.parse(parsed), content: { ...rest, identity: { displayName, userPrincipalName, mail } } };
}

/** Columns with the named ones parsed as JSON; absent ones stay absent. */
export function withJson(
  columns: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  const parsed = names.flatMap((name): [string, unknown][] => {
    const value = columns[name];
    return typeof value === 'string' && value !== '' ? [[name, JSON.parse(value)]] : [];
  });
  return { ...columns, ...Object.fromEntries(parsed) };
}

/** What a record says of the groups its user is in, and through what. */
export function recordedGroups(record: StoredRecord): { member: ReadonlySet<string>; direct: ReadonlySet<string> } {
  const groups = Object.entries(record.facts.groups);
  return {
    member: new Set(groups.filter(([, fact]) => fact.member.in).map(([groupId]) => groupId)),
    direct: new Set(groups.filter(([, fact]) => fact.direct?.in === true).map(([groupId]) => groupId)),
  };
}

/** What open holds keep of a record's facts: whatever is marked as pending revocation. */
export function heldFacts(record: StoredRecord): HeldFacts {
  const groups = Object.entries(record.facts.groups);
  const { account } = record.facts;
  return {
    member: new Set(groups.filter(([, fact]) => fact.member.pendingSince !== undefined).map(([groupId]) => groupId)),
    direct: new Set(groups.filter(([, fact]) => fact.direct?.pendingSince !== undefined).map(([groupId]) => groupId)),
    ...(account?.pendingSince === undefined || account.state === 'deleted'
      ? {}
      : { account: { state: account.state, type: account.type, ...recordedGroups(record) } }),
  };
}

/** Ledgers that keep something of a record: group ids and `accounts`. */
export function ledgersOf(held: HeldFacts): ReadonlySet<string> {
  return new Set([...held.member, ...held.direct, ...(held.account ? ['accounts'] : [])]);
}
