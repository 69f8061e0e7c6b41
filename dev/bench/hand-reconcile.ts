/**
 * What somebody would write who had to keep these tables by hand for one kind of change: a user who joined groups. The same
 * Graph and table operations as the app's (counts.ts), with the plain SDKs and nothing that makes them safe to interrupt,
 * to doubt or to explain. The measure that the app's throughput is held against.
 */
import { TableClient, type TableEntityResult, type TransactionAction } from '@azure/data-tables';
import { Client } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';

export interface HandParts {
  readonly tenantId: string;
  readonly graph: Client;
  readonly tables: Readonly<Record<'access' | 'assignments' | 'changes' | 'rules', TableClient>>;
  /** The role of each group. */
  readonly roles: ReadonlyMap<string, string>;
}

export function connectByHand(given: {
  readonly tenantId: string;
  readonly connectionString: string;
  readonly graphUrl: string;
  readonly token: string;
  readonly roles: Readonly<Record<string, string>>;
}): HandParts {
  const table = (name: string): TableClient =>
    TableClient.fromConnectionString(given.connectionString, name, { allowInsecureConnection: true });
  return {
    tenantId: given.tenantId,
    graph: Client.init({
      baseUrl: given.graphUrl,
      customHosts: new Set([new URL(given.graphUrl).hostname]),
      authProvider: (done) => {
        done(null, given.token);
      },
    }),
    tables: {
      access: table('access'),
      assignments: table('assignments'),
      changes: table('changes'),
      rules: table('rules'),
    },
    roles: new Map(Object.entries(given.roles)),
  };
}

type Row = TableEntityResult<Record<string, unknown>>;

const factsSchema = z.looseObject({ groups: z.record(z.string(), z.unknown()) });
const recordSchema = z.object({
  revision: z.number(),
  facts: z.string().transform((text) => factsSchema.parse(JSON.parse(text))),
  assignments: z.string().transform((text) => z.array(z.unknown()).parse(JSON.parse(text))),
});

/** Brings one recorded user up to date with the groups they joined. True when something was written. */
export async function reconcileByHand(parts: HandParts, userId: string): Promise<boolean> {
  const { access, rules } = parts.tables;
  const partitionKey = `${parts.tenantId}|${userId}`;
  const [stored] = await Promise.all([readPartition(access, partitionKey), rules.getEntity(parts.tenantId, 'active')]);
  const groups = await readGroups(parts.graph, userId);
  const record = recordSchema.parse(stored);
  const joined = groups.filter((id) => parts.roles.has(id) && !(id in record.facts.groups));
  if (joined.length === 0) return false;

  const now = new Date().toISOString();
  const revision = record.revision + 1;
  const fact = { member: { in: true, since: now } };
  const assignments = joined.map((groupId) => assignmentOf(parts, groupId));
  const facts = {
    ...record.facts,
    groups: { ...record.facts.groups, ...Object.fromEntries(joined.map((id) => [id, fact])) },
  };
  const derived = joined.flatMap((groupId): Derived[] => [
    { partition: `group|${groupId}`, values: { fact: JSON.stringify(fact) } },
    { partition: `role|${parts.roles.get(groupId) ?? ''}`, values: assignmentColumns(assignmentOf(parts, groupId)) },
  ]);
  const outboxKey = `outbox|${number(revision)}`;
  await access.submitTransaction([
    [
      'update',
      {
        ...columnsOf(stored),
        partitionKey,
        rowKey: 'record',
        revision,
        updatedDateTime: now,
        facts: JSON.stringify(facts),
        assignments: JSON.stringify([...record.assignments, ...assignments]),
      },
      'Replace',
      { etag: stored.etag },
    ],
    ['create', auditRow(partitionKey, revision, now, assignments)],
    ['create', { partitionKey, rowKey: outboxKey, v: 1, revision, derived: JSON.stringify(derived) }],
  ] satisfies TransactionAction[]);
  await publish(parts, userId, revision, derived, now);
  await access.deleteEntity(partitionKey, outboxKey);
  await rules.getEntity(parts.tenantId, 'active');
  return true;
}

async function readPartition(table: TableClient, partitionKey: string): Promise<Row> {
  const filter = `PartitionKey eq '${partitionKey}' and RowKey ge 'exception|'`;
  for await (const row of table.listEntities({ queryOptions: { filter } })) {
    if (row.rowKey === 'record') return row;
  }
  throw new Error(`There is no record in ${partitionKey}.`);
}

const batchSchema = z.object({
  responses: z.array(z.object({ id: z.string(), status: z.literal(200), body: z.unknown() })),
});
const groupsSchema = z.object({ value: z.array(z.string()) });

async function readGroups(graph: Client, userId: string): Promise<readonly string[]> {
  const properties = 'id,displayName,userPrincipalName,mail,accountEnabled,userType';
  const answer: unknown = await graph.api('/$batch').post({
    requests: [
      { id: 'user', method: 'GET', url: `/users/${userId}?$select=${properties}` },
      {
        id: 'groups',
        method: 'POST',
        url: `/users/${userId}/getMemberGroups`,
        headers: { 'Content-Type': 'application/json' },
        body: { securityEnabledOnly: false },
      },
    ],
  });
  const { responses } = batchSchema.parse(answer);
  return groupsSchema.parse(responses.find(({ id }) => id === 'groups')?.body).value;
}

interface Assignment {
  readonly kind: 'role';
  readonly id: string;
  readonly scopes: readonly string[];
  readonly sources: readonly unknown[];
}

function assignmentOf(parts: HandParts, groupId: string): Assignment {
  const id = parts.roles.get(groupId) ?? '';
  const source = { origin: 'group', ruleId: `of ${id}`, groupId, groupName: `The group of ${id}` };
  return { kind: 'role', id, scopes: [], sources: [source] };
}

function assignmentColumns({ scopes, sources }: Assignment): Record<string, string> {
  return { scopes: JSON.stringify(scopes), exceptScopes: '[]', sources: JSON.stringify(sources) };
}

interface Derived {
  readonly partition: string;
  readonly values: Readonly<Record<string, string>>;
}

async function publish(
  { tables, tenantId }: HandParts,
  userId: string,
  revision: number,
  derived: readonly Derived[],
  now: string,
): Promise<void> {
  const rows = derived.map(({ partition, values }) => ({
    partitionKey: `${tenantId}|${partition}`,
    rowKey: userId,
    ...values,
    assigned: true,
    revision,
  }));
  await Promise.all(rows.map((row) => tables.assignments.createEntity(row)));
  const granted = derived.map(({ partition }) => partition).filter((partition) => partition.startsWith('role|'));
  await tables.changes.createEntity({
    partitionKey: `${tenantId}|${now.slice(0, 10)}`,
    rowKey: `${now}|${userId}|${number(revision)}`,
    v: 1,
    userId,
    revision,
    state: 'active',
    severity: 'normal',
    granted: JSON.stringify(granted),
    revoked: '[]',
    publishedDateTime: now,
  });
}

/** As long as the app's, with the same columns. */
function auditRow(partitionKey: string, revision: number, now: string, assignments: readonly Assignment[]) {
  const hash = '0'.repeat(64);
  return {
    partitionKey,
    rowKey: `audit|${number(10 ** 12 - 1 - revision)}`,
    v: 1,
    tenantId: partitionKey.slice(0, 36),
    userId: partitionKey.slice(37),
    revision,
    activityDateTime: now,
    initiatedBy: 'The loop',
    reason: 'manual',
    causeId: 'bench',
    rulesVersion: 1,
    changes: JSON.stringify(assignments.map((after) => ({ type: 'grant', kind: after.kind, id: after.id, after }))),
    modifiedProperties: JSON.stringify(
      assignments.map((after) => ({ displayName: 'assignments', oldValue: null, newValue: JSON.stringify(after) })),
    ),
    recordHash: hash,
    previousHash: hash,
    hash,
  };
}

function columnsOf({ etag, timestamp, ...columns }: Row): Record<string, unknown> {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => !name.startsWith('odata.')));
}

function number(value: number): string {
  return String(value).padStart(12, '0');
}
