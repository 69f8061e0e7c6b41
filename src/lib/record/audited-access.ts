/** What the audit entries of a user say: the record and the exceptions as they were written, whoever edited the rows since. */
import { z } from 'zod';
import { accessRecordSchema } from '../model/access-schema.ts';
import type { AccessRecord } from '../model/access.ts';
import { exceptionSchema } from '../model/exception-schema.ts';
import type { AccessException } from '../model/exception.ts';
import { noFacts, type Spell } from '../model/facts.ts';
import { revisionOf } from './access-rows.ts';
import { jsonColumn, type StoredRow } from './rows.ts';

export interface AuditedAccess {
  /** Undefined when no entry is left. */
  readonly record: AccessRecord | undefined;
  /** In order of id. */
  readonly exceptions: readonly AccessException[];
}

/** The newest value of one property, and when it was given. */
interface Latest {
  readonly value: string;
  readonly since: string;
}

/**
 * Replays a history: of every property the newest value counts (plan/modified-properties.ts writes them).
 *
 * @param rows audit rows, newest first; one that somebody made unreadable is passed over
 */
export async function auditedAccess(
  user: { readonly tenantId: string; readonly userId: string },
  rows: AsyncIterable<StoredRow>,
): Promise<AuditedAccess> {
  let head: z.infer<typeof headSchema> | undefined;
  const seen = new Set<string>();
  const properties = new Map<string, Latest>();
  for await (const row of rows) {
    const entry = headSchema.parse({ ...row.columns, revision: revisionOf(row) });
    head ??= entry;
    for (const { displayName, newValue } of propertiesOf(row)) {
      if (seen.has(displayName)) continue;
      seen.add(displayName);
      if (newValue !== null) properties.set(displayName, { value: newValue, since: entry.activityDateTime });
    }
  }
  return {
    record: head === undefined ? undefined : toRecord({ ...user, ...head }, properties),
    exceptions: below(properties, 'exceptions.')
      .flatMap(([, { value }]) => exceptionSchema.safeParse(parsed(value)).data ?? [])
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** A history goes on at the newest key, even when the entry under it can't be read any more. */
const headSchema = z.object({
  revision: z.int().min(1),
  hash: z.string().catch(''),
  rulesVersion: z.int().min(0).catch(0),
  activityDateTime: z.iso.datetime().catch('1970-01-01T00:00:00.000Z'),
});

const propertiesSchema = z.array(z.object({ displayName: z.string(), newValue: z.string().nullable() })).catch([]);

function propertiesOf(row: StoredRow): z.infer<typeof propertiesSchema> {
  try {
    return propertiesSchema.parse(jsonColumn(row, 'modifiedProperties'));
  } catch {
    return [];
  }
}

type Head = z.infer<typeof headSchema> & { readonly tenantId: string; readonly userId: string };

function toRecord({ hash, activityDateTime, ...head }: Head, properties: ReadonlyMap<string, Latest>): AccessRecord {
  const text = (name: string): string | undefined => properties.get(name)?.value;
  const json = (name: string): unknown => parsed(text(name) ?? '[]');
  const bare = { ...head, auditHead: hash, updatedDateTime: activityDateTime };
  const whole = accessRecordSchema.safeParse({
    ...bare,
    state: text('state') ?? 'active',
    identity: Object.fromEntries(below(properties, 'identity.').map(([name, { value }]) => [name, value])),
    facts: { ...accountPart(properties), groups: groupFacts(properties) },
    assignments: below(properties, 'assignments.').map(([, { value }]) => parsed(value)),
    losers: json('losers'),
    conflicts: json('conflicts'),
  });
  if (whole.success) return whole.data;
  // Somebody edited the entries as well: then only the place in the history is left.
  const nothing = {
    state: 'active' as const,
    identity: {},
    facts: noFacts,
    assignments: [],
    losers: [],
    conflicts: [],
  };
  return { ...bare, ...nothing };
}

const pending = ', pending revocation since ';

/** Entries don't say since when an account is as it is; they were written right after that was read. */
function accountPart(properties: ReadonlyMap<string, Latest>): { readonly account?: unknown } {
  const state = properties.get('facts.account.state');
  const type = properties.get('facts.account.type');
  if (state === undefined || type === undefined) return {};
  const [name, pendingSince] = state.value.split(pending);
  const waits = pendingSince === undefined ? {} : { pendingSince };
  return { account: { state: name, since: state.since, type: type.value, typeSince: type.since, ...waits } };
}

function groupFacts(properties: ReadonlyMap<string, Latest>): Readonly<Record<string, unknown>> {
  const facts: Record<string, Record<string, Spell>> = {};
  for (const [name, { value }] of below(properties, 'facts.groups.')) {
    const [groupId = '', part = ''] = name.split('.');
    const [since = '', pendingSince] = value.replace('in since ', '').split(pending);
    facts[groupId] = {
      ...facts[groupId],
      [part]: { in: true, since, ...(pendingSince === undefined ? {} : { pendingSince }) },
    };
  }
  return facts;
}

/** Properties whose name starts with a prefix, under the rest of their names. */
function below(properties: ReadonlyMap<string, Latest>, prefix: string): [string, Latest][] {
  return [...properties]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, latest]): [string, Latest] => [name.slice(prefix.length), latest]);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
