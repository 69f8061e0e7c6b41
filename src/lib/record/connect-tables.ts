import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import type { PipelinePolicy } from './pipeline.ts';
import { createStorageTime, storageTimePolicy, type StorageTime } from './storage-time.ts';

export const tableNames = [
  'access',
  'assignments',
  'changes',
  'directory',
  'holds',
  'rules',
  'work',
  'operations',
] as const;
export type TableName = (typeof tableNames)[number];

/** One client per table (docs/storage.md), and what time the service says it is. */
export type Tables = Readonly<Record<TableName, TableClient>> & { readonly time: StorageTime };

/** A source of tokens, as every credential of the Azure SDK is one. */
export interface StorageCredential {
  getToken(scopes: string | string[]): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** How the account is reached: a connection string, or the table endpoint's URL and an identity. */
export type TableSettings =
  { readonly connectionString: string } | { readonly tableUrl: string; readonly credential: StorageCredential };

/** One attempt of one request, in milliseconds. Far below the time a message is hidden while it is worked on. */
const requestTimeout = 20_000;

const timeoutPolicy: PipelinePolicy = {
  name: 'requestTimeoutPolicy',
  sendRequest: (request, next) => {
    request.timeout = requestTimeout;
    return next(request);
  },
};

/** Clients for all tables. The SDK keeps connections alive; plain http is used only when the settings name it. */
export function connectTables(settings: TableSettings): Tables {
  const time = createStorageTime();
  const client = (name: TableName): TableClient => {
    const table = connect(settings, name);
    table.pipeline.addPolicy(timeoutPolicy);
    table.pipeline.addPolicy(storageTimePolicy(time));
    return table;
  };
  return {
    access: client('access'),
    assignments: client('assignments'),
    changes: client('changes'),
    directory: client('directory'),
    holds: client('holds'),
    rules: client('rules'),
    work: client('work'),
    operations: client('operations'),
    time,
  };
}

/** Creates the tables that are not there: for the local stack; in Azure the template creates them. */
export async function createTablesIfMissing(tables: Tables): Promise<void> {
  await Promise.all(tableNames.map((name) => tables[name].createTable()));
}

function connect(settings: TableSettings, name: TableName): TableClient {
  if ('connectionString' in settings) {
    const plain = /(?:TableEndpoint|DefaultEndpointsProtocol)=http(?:;|:|$)/i.test(settings.connectionString);
    return TableClient.fromConnectionString(settings.connectionString, name, options(plain));
  }
  const plain = settings.tableUrl.startsWith('http:');
  return new TableClient(settings.tableUrl, name, settings.credential, options(plain));
}

function options(allowInsecureConnection: boolean): TableServiceClientOptions {
  return { allowInsecureConnection, retryOptions: { maxRetries: 4, retryDelayInMs: 250, maxRetryDelayInMs: 4000 } };
}
