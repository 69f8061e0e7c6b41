import { z } from 'zod';
import { type OracleException, toException } from './exceptions.ts';
import type { OraclePin } from './rules.ts';
import { toStoredRecord, withJson, type StoredRecord } from './stored-record.ts';
import { decodeKeyPart, readRows, type OracleRow } from './stored-rows.ts';

const changeSchema = z.looseObject({
  kind: z.string(),
  id: z.string(),
  type: z.enum(['grant', 'update', 'revoke']),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  reasons: z.array(
    z.looseObject({
      code: z.string(),
      ruleId: z.string().optional(),
      groupId: z.string().optional(),
      groupName: z.string().optional(),
      by: z.string().optional(),
    }),
  ),
});
export type StoredChange = z.infer<typeof changeSchema>;

export const auditSchema = z.looseObject({
  userId: z.string(),
  revision: z.number(),
  activityDateTime: z.string(),
  initiatedBy: z.string(),
  reason: z.string(),
  causeId: z.string(),
  rulesVersion: z.number(),
  changes: z.array(changeSchema),
  modifiedProperties: z.array(
    z.looseObject({ displayName: z.string(), oldValue: z.string().nullable(), newValue: z.string().nullable() }),
  ),
  recordHash: z.string(),
  previousHash: z.string(),
  hash: z.string(),
});

/** An audit entry as it is stored; `content` is what its hash covers. */
export interface StoredAuditEntry extends z.infer<typeof auditSchema> {
  readonly content: unknown;
}

const derivedSchema = z.looseObject({ assigned: z.boolean(), revision: z.number() });

const linkSchema = z.looseObject({ revision: z.number(), previousHash: z.string(), hash: z.string() });
const headSchema = z.looseObject({ revision: z.number(), hash: z.string() });

/** An entry of a hash chain; `content` is what its hash covers. */
export interface ChainLink extends z.infer<typeof linkSchema> {
  readonly content: unknown;
}

/** A derived row; `partition` is the part after the tenant, `values` its columns without those that keep it in order. */
export interface StoredDerivedRow {
  readonly partition: string;
  readonly rowKey: string;
  readonly assigned: boolean;
  readonly revision: number;
  readonly values: Readonly<Record<string, unknown>>;
}

const feedSchema = z.looseObject({ userId: z.string(), revision: z.number() });
const holdSchema = z.looseObject({ held: z.boolean(), reason: z.string().optional(), lastNumber: z.number() });

/** Everything stored about one tenant that the oracle judges, as the tables have it. */
export interface Tables {
  readonly records: readonly StoredRecord[];
  readonly auditEntries: readonly StoredAuditEntry[];
  /** Decisions of people, and the head of their chain. */
  readonly decisions: readonly ChainLink[];
  readonly decisionHead: z.infer<typeof headSchema> | undefined;
  /** `userId|row key` of outbox rows. */
  readonly outbox: readonly string[];
  readonly derived: readonly StoredDerivedRow[];
  readonly feed: readonly z.infer<typeof feedSchema>[];
  readonly holds: readonly (z.infer<typeof holdSchema> & { readonly ledger: string })[];
  /** Row keys of the `work` table. */
  readonly work: readonly string[];
  /** Row keys of jobs that are not finished. */
  readonly unfinishedJobs: readonly string[];
  /** Exceptions by user id, those that are over included. */
  readonly exceptions: ReadonlyMap<string, readonly OracleException[]>;
  /** Of the rules in force. */
  readonly pins: readonly OraclePin[];
  readonly rulesVersion: number;
  /** Every version there is, as it was published. */
  readonly versions: readonly StoredVersion[];
}

/** A rules document as it is stored, and the groups it is bound to. */
export interface StoredVersion {
  readonly version: number;
  readonly document: unknown;
  readonly pins: readonly OraclePin[];
}

/** Reads one tenant's rows from storage itself. The columns are those of docs/storage.md. */
export async function readTables(storage: { readonly connectionString: string }, tenantId: string): Promise<Tables> {
  const tenant = tenantId.toLowerCase();
  const below = (table: string): Promise<readonly OracleRow[]> => readRows(storage, table, `${tenant}|`, `${tenant}}`);
  const exactly = (table: string): Promise<readonly OracleRow[]> => readRows(storage, table, tenant, `${tenant}|`);
  const [access, derived, feed, holds, rules, work, operations, directory] = await Promise.all([
    below('access'),
    below('assignments'),
    below('changes'),
    below('holds'),
    exactly('rules'),
    exactly('work'),
    exactly('operations'),
    exactly('directory'),
  ]);
  const isOfTenant = (row: OracleRow): boolean => row.partitionKey === `${tenant}|tenant`;
  const users = access.filter((row) => !isOfTenant(row));
  const ofTenant = access.filter(isOfTenant);
  const head = ofTenant.find(({ rowKey }) => rowKey === 'head');
  return {
    records: users.filter(({ rowKey }) => rowKey === 'record').map(toStoredRecord),
    exceptions: toExceptions(users),
    auditEntries: users.filter(isAuditRow).map(toAuditEntry),
    decisions: ofTenant.filter(isAuditRow).map(toDecision),
    decisionHead: head && headSchema.parse(head.columns),
    outbox: users.filter(({ rowKey }) => rowKey.startsWith('outbox|')).map((row) => `${userOf(row)}|${row.rowKey}`),
    derived: derived.map((row) => toDerivedRow(row, tenant)),
    feed: feed.map(({ columns }) => feedSchema.parse(columns)),
    holds: holds
      .filter(({ rowKey }) => rowKey === 'hold')
      .map((row) => ({ ...holdSchema.parse(row.columns), ledger: userOf(row) })),
    work: work.map(({ rowKey }) => rowKey),
    unfinishedJobs: [...operations, ...directory].filter(isUnfinished).map(({ rowKey }) => rowKey),
    ...activePins(rules),
  };
}

function toExceptions(rows: readonly OracleRow[]): Tables['exceptions'] {
  const ofUser = Map.groupBy(
    rows.filter(({ rowKey }) => rowKey.startsWith('exception|')),
    userOf,
  );
  return new Map([...ofUser].map(([userId, own]) => [userId, own.map(toException)]));
}

export function isAuditRow({ rowKey }: OracleRow): boolean {
  return rowKey.startsWith('audit|');
}

export function toAuditEntry({ columns }: OracleRow): StoredAuditEntry {
  const parsed = withJson(columns, ['changes', 'modifiedProperties', 'snapshot']);
  const { v, hash, ...content } = parsed;
  return { ...auditSchema.parse(parsed), content };
}

function toDecision({ columns }: OracleRow): ChainLink {
  const { v, hash, ...content } = withJson(columns, ['details']);
  return { ...linkSchema.parse({ ...content, hash }), content };
}

function toDerivedRow(row: OracleRow, tenant: string): StoredDerivedRow {
  const { assigned, revision, owner, v, ...values } = derivedSchema.parse(row.columns);
  const partition = row.partitionKey.slice(tenant.length + 1);
  return { partition, rowKey: decodeKeyPart(row.rowKey), assigned, revision, values };
}

/** The part of a partition key after the tenant. */
function userOf({ partitionKey }: OracleRow): string {
  return partitionKey.slice(partitionKey.indexOf('|') + 1);
}

/** Rows of jobs have a status: sweeps keep theirs beside their cursor, all others in `operations`. */
function isUnfinished({ columns }: OracleRow): boolean {
  return 'status' in columns && columns['status'] !== 'done';
}

const versionSchema = z.looseObject({ version: z.number() });
const pinsSchema = z.array(
  z.looseObject({
    ruleId: z.string(),
    groupId: z.string(),
    mappedSince: z.string().optional(),
    directSince: z.string().optional(),
    parts: z.record(z.string(), z.string()).optional(),
  }),
);

/** The pins of the version in force: row `active` names it, row `version|…` of that number holds them. */
function activePins(rows: readonly OracleRow[]): Pick<Tables, 'pins' | 'rulesVersion' | 'versions'> {
  const active = rows.find(({ rowKey }) => rowKey === 'active');
  const rulesVersion = active === undefined ? 0 : versionSchema.parse(active.columns).version;
  const versions = rows.filter(({ rowKey }) => rowKey.startsWith('version|')).map(toVersion);
  return { pins: versions.find(({ version }) => version === rulesVersion)?.pins ?? [], rulesVersion, versions };
}

function toVersion({ columns }: OracleRow): StoredVersion {
  const { document, pins = [], ...rest } = withJson(columns, ['document', 'pins']);
  return { ...versionSchema.parse(rest), document, pins: pinsSchema.parse(pins) };
}
