import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { spawnNodeChild } from '../child-process.ts';

/** Azurite's well-known development account and its published key (Microsoft Learn, "Use the Azurite emulator"). */
export const developmentAccount = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const;

export interface StorageUrls {
  /** Base URLs with the account in the path, e.g. `http://127.0.0.1:41235/devstoreaccount1`. */
  queueUrl: string;
  tableUrl: string;
  blobUrl: string;
}

export interface Storage extends StorageUrls {
  connectionString: string;
  pid: number;
  /** Moves Azurite's time to this many milliseconds ahead of the machine; resolves when it has happened. */
  setClockOffset(offset: number): Promise<void>;
  /** Saves and ends; resolves when the process is gone. */
  stop(): Promise<void>;
}

export interface AzuriteOptions {
  /** Folder to keep data in; without one everything is in memory. */
  location?: string;
  clockOffset?: number;
}

/** A connection string for the development account at these URLs. */
export function connectionStringOf({ queueUrl, tableUrl, blobUrl }: StorageUrls): string {
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${developmentAccount.name}`,
    `AccountKey=${developmentAccount.key}`,
    `BlobEndpoint=${blobUrl}`,
    `QueueEndpoint=${queueUrl}`,
    `TableEndpoint=${tableUrl}`,
  ].join(';');
}

const listening = /^Azurite (Blob|Queue|Table) service is successfully listening at (\S+)$/;

/** Starts Azurite as a child process on free ports of 127.0.0.1; it ends with this process, however that ends. */
export async function startAzurite({ location, clockOffset = 0 }: AzuriteOptions = {}): Promise<Storage> {
  const lines: string[] = [];
  const urls = new Map<string, string>();
  let allListening = (): void => undefined;
  const started = new Promise<void>((resolve) => (allListening = resolve));

  const child = spawnNodeChild({
    arguments: [azuriteScript(), ...azuriteArguments(location)],
    preloads: preloads(location).map((file) => resolve(import.meta.dirname, file)),
    clockOffset,
    onLine: (line) => {
      const [, service, url] = listening.exec(line) ?? [];
      if (service !== undefined && url !== undefined) urls.set(service, `${url}/${developmentAccount.name}`);
      if (urls.size < 3) lines.push(line);
      else allListening();
    },
  });
  const ended = child.exited.then((code) => {
    throw new Error(`Azurite ended with ${code} before it listened:\n${lines.join('\n')}`);
  });
  await Promise.race([started, ended]);
  ended.catch(() => undefined);

  const { Queue: queueUrl = '', Table: tableUrl = '', Blob: blobUrl = '' } = Object.fromEntries(urls);
  return {
    queueUrl,
    tableUrl,
    blobUrl,
    connectionString: connectionStringOf({ queueUrl, tableUrl, blobUrl }),
    pid: child.process.pid ?? 0,
    setClockOffset: async (offset) => {
      await child.ask({ type: 'clock', offset });
    },
    stop: async () => {
      if (child.process.connected) child.process.disconnect();
      await child.exited;
    },
  };
}

function azuriteScript(): string {
  return createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
}

function preloads(location: string | undefined): string[] {
  return location === undefined ? ['exit-with-parent.cjs', 'keep-messages.cjs'] : ['exit-with-parent.cjs'];
}

function azuriteArguments(location: string | undefined): string[] {
  const hosts = ['blob', 'queue', 'table'].flatMap((service) => [
    `--${service}Host`,
    '127.0.0.1',
    `--${service}Port`,
    '0',
  ]);
  const persistence = location === undefined ? ['--inMemoryPersistence'] : ['--location', location];
  return [...hosts, ...persistence, '--silent', '--disableTelemetry', '--skipApiVersionCheck'];
}
