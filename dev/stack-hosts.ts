import type { OffsetClock } from './clock.ts';
import type { HostLogLine } from './host/host-log.ts';
import { spawnHost } from './host/spawn-host.ts';
import type { Host } from './host/spawn-host.ts';
import type { StackClock } from './stack-clock.ts';

export interface StackHostsOptions {
  bundle: string;
  settings: Readonly<Record<string, string>>;
  /** Port of the first host. */
  port: number;
  timerStatusFile: string;
  clock: OffsetClock;
  stackClock: StackClock;
  /** The hosts that run; the clock moves these. */
  running: Set<Host>;
  onLine?(line: HostLogLine): void;
}

export interface StackHosts {
  first(): Host;
  restart(settings: Readonly<Record<string, string>>): Promise<Host>;
  add(settings: Readonly<Record<string, string>>): Promise<Host>;
  stop(): Promise<void>;
}

/** Starts and ends the hosts of a stack; one that ends by itself leaves the set of running ones. */
export function createStackHosts(options: StackHostsOptions): StackHosts {
  const { running, clock, stackClock, bundle, timerStatusFile } = options;
  let first: Host | undefined;

  const start = (port: number, settings: Readonly<Record<string, string>>): Promise<Host> =>
    stackClock.whileStill(async () => {
      const host = await spawnHost({
        bundle,
        port,
        timerStatusFile,
        settings: { ...options.settings, ...settings },
        clockOffset: clock.offset(),
        onLine: (line) => options.onLine?.(line),
      });
      running.add(host);
      void host.exited.then(() => running.delete(host));
      return host;
    });
  return {
    first() {
      if (first === undefined) throw new Error('No host was started in this stack.');
      return first;
    },
    async restart(settings) {
      await first?.stop();
      first = await start(options.port, settings);
      return first;
    },
    add: (settings) => start(0, settings),
    async stop() {
      await Promise.all([...running].map((host) => host.stop()));
    },
  };
}
