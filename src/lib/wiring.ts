import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from './clock.ts';
import type { Settings, StorageSettings, TenantSettings } from './config.ts';
import { createDirectory } from './directory/create-directory.ts';
import { createGraphClient } from './directory/graph-client.ts';
import { type CheckToken, createTokenCheck } from './http/check-token.ts';
import { warmEndpoint } from './http/warm-endpoint.ts';
import type { Log } from './log.ts';
import type { Lane } from './model/request.ts';
import type { Ports } from './ports.ts';
import { connectQueues, createQueuesIfMissing, type Queues } from './queue/connect-queues.ts';
import { drainPoisonQueues } from './queue/drain-poison.ts';
import { addressee, parseJobRequest, parseReconcileRequest } from './queue/parse-request.ts';
import { createJobQueue, createReconcileQueue } from './queue/request-queues.ts';
import { settleFailure, settleJobFailure } from './queue/settle-failure.ts';
import { createAccessTable } from './record/access-table.ts';
import { connectTables, createTablesIfMissing, type Tables } from './record/connect-tables.ts';
import { createDerivedTable } from './record/derived-table.ts';
import { createSubscriptions, createTombstones, createWatchedGroups } from './record/directory-rows.ts';
import { createHoldsTable } from './record/holds-table.ts';
import { createJobsTable } from './record/jobs-table.ts';
import { readOnly } from './record/read-only.ts';
import { createRemindersTable } from './record/reminders-table.ts';
import { createRulesTable } from './record/rules-table.ts';
import { createTenantAudit } from './record/tenant-audit.ts';
import { createWaitingGroups } from './record/waiting-groups.ts';
import { createWorkTable } from './record/work-table.ts';
import { createCredential } from './secrets/create-credential.ts';
import { createManagedIdentity } from './secrets/managed-identity.ts';
import { remindOfSecretExpiry } from './secrets/secret-expiry.ts';
import { createVault, type Vault } from './secrets/vault.ts';

/** The rules of the queues, for the triggers: what a message says, and what becomes of one that failed. */
const messages = { parseReconcileRequest, parseJobRequest, addressee, settleFailure, settleJobFailure } as const;

/** The app of one process: everything a trigger needs, built once. */
export interface App {
  readonly settings: Settings;
  readonly tenantIds: readonly string[];
  /** Creates tables and queues where a connection string is used; in Azure the template did. Safe to call each time. */
  readonly prepare: () => Promise<void>;
  /** The ports of a tenant, the same object each time; undefined for a tenant that is not served. */
  readonly portsFor: (tenantId: string) => Ports | undefined;
  /** The same ports with stores and queues that refuse to write (promise 7). */
  readonly readOnly: (ports: Ports) => Ports;
  readonly checkToken: CheckToken;
  readonly messages: typeof messages;
  /** Hands every message of the poison queues to `handle`, with the lane it came from, and removes it. */
  readonly drainPoison: (handle: (payload: unknown, lane: Lane) => Promise<void>) => Promise<number>;
  /** Warns of the tenant's client secret or certificate if one of the thresholds is reached. */
  readonly remindOfSecret: (tenantId: string) => Promise<void>;
}

/** What all tenants of a process share. None of it holds anything of a tenant. */
interface Shared {
  readonly settings: Settings;
  readonly log: Log;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly vaultAt: (url: string) => Vault;
}

interface Served {
  readonly tenant: TenantSettings;
  readonly ports: Ports;
}

/** Joins the app: the only place that builds adapters. Asks nothing of anybody yet. */
export function createApp(settings: Settings, { log }: { readonly log: Log }): App {
  const { tables, queues } = connectStorage(settings);
  const isLocal = settings.profile === 'local';
  const identity = createManagedIdentity(settings.identityClientId);
  const vaultAt = memoized((url: string) => createVault({ url, identity, isLocal }));
  const shared: Shared = { settings, log, tables, queues, vaultAt };
  const served = new Map<string, Served>(
    settings.tenants.map((tenant) => [tenant.tenantId, { tenant, ports: createPorts(tenant, shared) }]),
  );
  return {
    settings,
    tenantIds: [...served.keys()],
    prepare: oncePrepared(settings.storage, tables, queues),
    portsFor: (tenantId) => served.get(tenantId)?.ports,
    readOnly,
    checkToken: createTokenCheck({
      authorityUrl: settings.authorityUrl,
      audience: settings.apiAudience,
      tenants: settings.tenants,
      now: () => systemClock.now(),
    }),
    messages,
    drainPoison: (handle) => drainPoisonQueues(queues.poison, handle, log),
    remindOfSecret: async (tenantId) => {
      const found = served.get(tenantId);
      if (found !== undefined) await remind(found, shared);
    },
  };
}

function createPorts(tenant: TenantSettings, { settings, log: appLog, tables, queues, vaultAt }: Shared): Ports {
  const { tenantId, vaultUrl } = tenant;
  const clock = systemClock;
  const log = appLog.with({ tenantId });
  const { graphUrl, authorityUrl, identityClientId } = settings;
  const credential = createCredential(tenant, {
    identity: createManagedIdentity(identityClientId),
    vault: vaultUrl === undefined ? undefined : vaultAt(vaultUrl),
    authorityUrl,
    isLocal: settings.profile === 'local',
    clock,
  });
  const client = createGraphClient({
    graphUrl,
    credential,
    clock,
    log,
    newId: randomUUID,
    fetch: globalThis.fetch,
    wait,
  });
  return {
    tenantId,
    lagMilliseconds: settings.lagSeconds * 1000,
    notificationUrl: settings.notificationUrl,
    clock,
    log,
    newId: () => randomUUID(),
    random: () => Math.random(),
    directory: createDirectory(client, clock),
    warmEndpoint: () => warmEndpoint(globalThis.fetch, settings.notificationUrl, log),
    access: createAccessTable(tables, tenantId, clock),
    tenantAudit: createTenantAudit(tables, tenantId, clock),
    derived: createDerivedTable(tables, tenantId),
    rules: createRulesTable(tables, tenantId, clock),
    ledger: createHoldsTable(tables, tenantId, { clock, log }),
    watched: createWatchedGroups(tables, tenantId),
    waiting: createWaitingGroups(tables, tenantId),
    tombstones: createTombstones(tables, tenantId),
    subscriptions: createSubscriptions(tables, tenantId),
    work: createWorkTable(tables, tenantId, { clock, log }),
    jobs: createJobsTable(tables, tenantId, clock, randomUUID),
    reminders: createRemindersTable(tables, tenantId, clock),
    reconcileQueue: createReconcileQueue(queues),
    jobQueue: createJobQueue(queues),
  };
}

function connectStorage({ storage, identityClientId }: Settings): { readonly tables: Tables; readonly queues: Queues } {
  if (storage.kind === 'connectionString') return { tables: connectTables(storage), queues: connectQueues(storage) };
  const credential = createManagedIdentity(storage.identityClientId ?? identityClientId);
  const { tableUrl, queueUrl } = storage;
  return { tables: connectTables({ tableUrl, credential }), queues: connectQueues({ queueUrl, credential }) };
}

/** Many invocations start at once and share one attempt; a failed one is made again. */
function oncePrepared(storage: StorageSettings, tables: Tables, queues: Queues): () => Promise<void> {
  if (storage.kind === 'identity') return async () => undefined;
  let prepared: Promise<void> | undefined;
  const attempt = async (): Promise<void> => {
    try {
      await Promise.all([createTablesIfMissing(tables), createQueuesIfMissing(queues)]);
    } catch (error) {
      prepared = undefined;
      throw error;
    }
  };
  return () => (prepared ??= attempt());
}

async function remind({ tenant, ports }: Served, { settings, vaultAt }: Shared): Promise<void> {
  const { tenantId, clientId, vaultUrl, secretName } = tenant;
  if (clientId === undefined || vaultUrl === undefined || secretName === undefined) {
    ports.log.info('The tenant is signed in to without a secret that expires.', { credential: tenant.credential });
    return;
  }
  const secret = { tenantId, clientId, secretName, vault: vaultAt(vaultUrl), days: settings.reminderDays };
  await remindOfSecretExpiry(secret, ports);
}

function memoized<T>(create: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? create(key);
    known.set(key, value);
    return value;
  };
}
