import './local-connections.ts';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startAzurite } from './azurite/start-azurite.ts';
import type { Storage } from './azurite/start-azurite.ts';
import { build } from './build.ts';
import { certificateIn } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { createOffsetClock } from './clock.ts';
import type { OffsetClock } from './clock.ts';
import { freePort } from './free-port.ts';
import type { HostLogLine } from './host/host-log.ts';
import type { Host } from './host/spawn-host.ts';
import { localSettings } from './local-settings.ts';
import type { StackUrls } from './local-settings.ts';
import { prepareLocalTenant } from './local-tenant.ts';
import { startSimulator } from './simulator/start-simulator.ts';
import type { Simulator } from './simulator/start-simulator.ts';
import type { World } from './simulator/world/world.ts';
import { createStackClock } from './stack-clock.ts';
import { createStackHosts } from './stack-hosts.ts';
import { isRunning, readStackFile, writeStackFile } from './stack-file.ts';
import { settled } from './stack-settled.ts';
import { startStorageProxy } from './storage-proxy/start-storage-proxy.ts';
import type { StorageProxy } from './storage-proxy/start-storage-proxy.ts';

export interface StackOptions {
  /** Folder that keeps everything, to go on from next time; without one everything is in memory. */
  dir?: string;
  /** Empties the folder first. */
  fresh?: boolean;
  /** The app's settings; by default those of the sample tenant. */
  settings?(urls: StackUrls): Record<string, string>;
  /** Fills the simulated world before the app starts, also one that was loaded; by default with the sample tenant. */
  prepare?(world: World): void | Promise<void>;
  /** Path of a built app; by default the repository's own is built. */
  bundle?: string;
  /** Whether to start the host; it can be started later with `restartHost`. Default true. */
  host?: boolean;
  /** Preferred ports. One that is taken is replaced by a free one; the result is in `urls`. */
  ports?: { host?: number; simulator?: number };
  /** Seed of every random decision of simulator and proxy. */
  seed?: number;
  onLine?(line: HostLogLine): void;
}

export interface Stack {
  clock: OffsetClock;
  simulator: Simulator;
  /** Azurite itself; what is read here is neither counted nor disturbed. */
  storage: Storage;
  proxy: StorageProxy;
  certificate: Certificate;
  urls: StackUrls;
  /** The host that listens at `urls.host`; throws when none runs. */
  readonly host: Host;
  /** Moves simulator, Azurite and hosts ahead together; resolves when all have followed. */
  advance(milliseconds: number): Promise<void>;
  /** Starts the host, after ending the running one gracefully; settings given here come on top. */
  restartHost(settings?: Readonly<Record<string, string>>): Promise<Host>;
  /** Starts one more host beside the first, as a second instance on Azure would be, on a port of its own. */
  addHost(settings?: Readonly<Record<string, string>>): Promise<Host>;
  /**
   * Waits until nothing happens any more unless the clock or the directory moves (stack-settled.ts), for at most `limit`
   * milliseconds (default 20 s). With `deliveries: false` notifications that wait for a later try don't count.
   */
  settled(options?: { limit?: number; deliveries?: boolean }): Promise<void>;
  /** Ends everything; data in a folder stay. */
  stop(): Promise<void>;
}

/** Starts Azurite, simulator, storage proxy and host, joined by one clock. What has started is ended when a part fails. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const started = new AsyncDisposableStack();
  try {
    return await startParts(options, started);
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

async function startParts(options: StackOptions, started: AsyncDisposableStack): Promise<Stack> {
  const folder = await openFolder(options, started);
  const stackFile = join(folder, 'stack.json');
  const before = readStackFile(stackFile);
  if (before !== undefined && isRunning(before)) throw new Error(`Process ${before.pid} runs a stack in ${folder}.`);
  const clock = createOffsetClock(before?.clockOffset);
  const certificate = await certificateIn(folder);

  const parts = [
    startStorage(options, folder, clock, started),
    startDirectory(options, { folder, clock, certificate, port: portOf(before?.simulatorUrl) }, started),
    freePort(options.ports?.host ?? portOf(before?.hostUrl)),
    builtApp(options),
  ] as const;
  // When one fails, the others must have registered their end before everything is ended.
  await Promise.allSettled(parts);
  const [storage, simulator, port, bundle] = await Promise.all(parts);
  const proxy = await startStorageProxy({ ...storage, seed: options.seed ?? 1 });
  started.defer(() => proxy.close());
  const urls: StackUrls = {
    host: `http://127.0.0.1:${port}`,
    simulator: simulator.url,
    connectionString: proxy.connectionString,
  };
  keepStackFile(stackFile, { clock, storage, urls, certificate }, started);

  const running = new Set<Host>();
  const stackClock = createStackClock(clock, storage, running);
  const settings = { ...(options.settings ?? localSettings)(urls), NODE_EXTRA_CA_CERTS: certificate.file };
  const timerStatusFile = join(folder, 'timers.json');
  const hosts = createStackHosts({ ...options, bundle, settings, port, timerStatusFile, clock, stackClock, running });
  started.defer(() => hosts.stop());
  if (options.host !== false) await hosts.restart({});
  return {
    clock,
    simulator,
    storage,
    proxy,
    certificate,
    urls,
    get host() {
      return hosts.first();
    },
    advance: (milliseconds) => stackClock.advance(milliseconds),
    restartHost: (given = {}) => hosts.restart(given),
    addHost: (given = {}) => hosts.add(given),
    settled: ({ limit = 20_000, deliveries = true } = {}) => {
      const undelivered = (): number => (deliveries ? simulator.delivery.pending() : 0);
      return settled({ connectionString: storage.connectionString, hosts: running, undelivered, limit });
    },
    stop: () => started.disposeAsync(),
  };
}

async function builtApp({ bundle }: StackOptions): Promise<string> {
  return bundle ?? build();
}

/** The stack's folder: the given one, or a temporary one that goes with the stack. */
async function openFolder({ dir, fresh }: StackOptions, started: AsyncDisposableStack): Promise<string> {
  if (dir === undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'rolecall-'));
    started.defer(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }
  if (fresh === true) {
    const known = readStackFile(join(dir, 'stack.json'));
    if (known !== undefined && isRunning(known)) throw new Error(`Process ${known.pid} runs a stack in ${dir}.`);
    await rm(dir, { recursive: true, force: true });
  }
  await mkdir(dir, { recursive: true });
  return resolve(dir);
}

async function startStorage(
  { dir }: StackOptions,
  folder: string,
  clock: OffsetClock,
  started: AsyncDisposableStack,
): Promise<Storage> {
  const storage = await startAzurite({
    clockOffset: clock.offset(),
    ...(dir !== undefined && { location: join(folder, 'azurite') }),
  });
  started.defer(() => storage.stop());
  return storage;
}

async function startDirectory(
  options: StackOptions,
  place: { folder: string; clock: OffsetClock; certificate: Certificate; port: number },
  started: AsyncDisposableStack,
): Promise<Simulator> {
  const simulator = await startSimulator({
    clock: place.clock,
    certificate: place.certificate,
    port: await freePort(options.ports?.simulator ?? place.port),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.dir !== undefined && { file: join(place.folder, 'simulator.json') }),
  });
  started.defer(() => simulator.close());
  await (options.prepare ?? prepareLocalTenant)(simulator.world);
  return simulator;
}

function keepStackFile(
  path: string,
  { clock, storage, urls, certificate }: Pick<Stack, 'clock' | 'storage' | 'urls' | 'certificate'>,
  started: AsyncDisposableStack,
): void {
  const save = (pid: number | null): void => {
    const { connectionString } = storage;
    const place = { hostUrl: urls.host, simulatorUrl: urls.simulator, connectionString, certificate: certificate.file };
    writeStackFile(path, { pid, ...place, clockOffset: clock.offset() });
  };
  save(process.pid);
  clock.onAdvance(() => {
    save(process.pid);
  });
  started.defer(() => {
    save(null);
  });
}

function portOf(url: string | undefined): number {
  return url === undefined ? 0 : Number(new URL(url).port);
}
