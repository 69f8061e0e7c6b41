import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { spawnNodeChild } from '../child-process.ts';
import type { NodeChild } from '../child-process.ts';
import { hostLogLineSchema } from './host-log.ts';
import type { HostLogLine } from './host-log.ts';
import { answerSchema, hostOptionsVariable, startedSchema } from './protocol.ts';
import type { HostProcessOptions, statusSchema } from './protocol.ts';

export interface SpawnHostOptions {
  /** Path of the built app; see dev/build.ts. */
  bundle: string;
  /** The app's settings; they become the host's environment. */
  settings: Readonly<Record<string, string>>;
  /** 0, or nothing, takes a free port. */
  port?: number;
  /** Path of host.json; the repository's own by default. Single values are overridden by settings. */
  hostJson?: string;
  /** Where the timers' times are kept; without it they end with the process. */
  timerStatusFile?: string;
  clockOffset?: number;
  onLine?(line: HostLogLine): void;
}

export type HostStatus = z.infer<typeof statusSchema>;

export interface Host {
  url: string;
  pid: number;
  functionNames: readonly string[];
  status(): Promise<HostStatus>;
  /** Runs a timer function now, or a queue function with `input` as its message; rejects when the run fails. */
  run(name: string, input?: string): Promise<void>;
  /** Before Azurite's clock moves by this much: messages in work keep their leases. */
  prepareJump(milliseconds: number): Promise<void>;
  /** Moves the host's time to this many milliseconds ahead of the machine; polls and timers look again at once. */
  setClockOffset(offset: number): Promise<void>;
  /** Ends the process at once and without any clean-up, as a crash would. */
  crash(): Promise<void>;
  /** Ends gracefully; a host that has not ended after ten seconds is killed. */
  stop(): Promise<void>;
  /** Resolves with exit code or signal when the process is gone, whoever ended it. */
  exited: Promise<number | string>;
}

const repositoryHostJson = resolve(import.meta.dirname, '../../host.json');
const longestStop = 10_000;

/** Starts the host in a process of its own. Rejects with what it printed when it can't start. */
export async function spawnHost(options: SpawnHostOptions): Promise<Host> {
  const processOptions: HostProcessOptions = {
    bundle: resolve(options.bundle),
    hostJson: resolve(options.hostJson ?? repositoryHostJson),
    port: options.port ?? 0,
    timerStatusFile: options.timerStatusFile,
  };
  const errors: string[] = [];
  const child = spawnNodeChild({
    arguments: [resolve(import.meta.dirname, 'main.ts')],
    environment: { ...options.settings, [hostOptionsVariable]: JSON.stringify(processOptions) },
    // The app's folder, as on Azure: settings name files relative to it.
    cwd: dirname(processOptions.hostJson),
    clockOffset: options.clockOffset ?? 0,
    onLine(line, stream) {
      if (stream === 'stderr') errors.push(line);
      options.onLine?.(toLogLine(line, stream));
    },
  });
  const { url, functionNames } = await started(child, errors);

  const ask = async (message: Record<string, unknown>): Promise<z.infer<typeof answerSchema>> => {
    const answer = answerSchema.parse(await child.ask(message));
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  return {
    url,
    functionNames,
    pid: child.process.pid ?? 0,
    exited: child.exited,
    async status() {
      const { status } = await ask({ type: 'status' });
      if (status === undefined) throw new Error('The host answered without its status.');
      return status;
    },
    async run(name, input) {
      await ask({ type: 'run', name, ...(input !== undefined && { input }) });
    },
    async prepareJump(milliseconds) {
      await ask({ type: 'prepareJump', milliseconds });
    },
    async setClockOffset(offset) {
      await ask({ type: 'clock', offset });
    },
    async crash() {
      child.process.kill('SIGKILL');
      await child.exited;
    },
    stop: () => stop(child),
  };
}

async function started(child: NodeChild, errors: readonly string[]): Promise<z.infer<typeof startedSchema>> {
  const { promise, resolve } = Promise.withResolvers<z.infer<typeof startedSchema>>();
  child.process.on('message', (message: unknown) => {
    const parsed = startedSchema.safeParse(message);
    if (parsed.success) resolve(parsed.data);
  });
  const failed = child.exited.then((code) => {
    throw new Error(errors.length > 0 ? errors.join('\n') : `The host ended with ${code} while it started.`);
  });
  failed.catch(() => undefined);
  return Promise.race([promise, failed]);
}

async function stop(child: NodeChild): Promise<void> {
  const killer = setTimeout(() => child.process.kill('SIGKILL'), longestStop);
  if (child.process.connected) child.process.disconnect();
  await child.exited;
  clearTimeout(killer);
}

function toLogLine(line: string, stream: 'stdout' | 'stderr'): HostLogLine {
  const parsed = stream === 'stdout' && line.startsWith('{') ? hostLogLineSchema.safeParse(parseJson(line)) : undefined;
  if (parsed?.success === true) return parsed.data;
  const level = stream === 'stderr' ? 'error' : 'information';
  return { time: new Date().toISOString(), level, source: 'console', message: line };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
