import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The preload that lets a child process follow the stack's clock; see there for its messages. */
export const shiftDatePreload = resolve(import.meta.dirname, 'clock/shift-date.cjs');

/** Node keeps what it compiled here: Azurite and the bundle then start in a fraction of the processor time. */
const compileCache = join(tmpdir(), 'rolecall-compile-cache');

export interface NodeChildOptions {
  /** Script and arguments, without the Node executable. */
  arguments: readonly string[];
  /** Modules to `--require` before the script; the clock's preload is always one of them. */
  preloads?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** Working directory; the parent's by default. */
  cwd?: string;
  /** The clock's offset at the start, in milliseconds. */
  clockOffset: number;
  onLine(line: string, stream: 'stdout' | 'stderr'): void;
}

export interface NodeChild {
  process: ChildProcess;
  /** Sends a message that the child answers by one with the same id. Rejects when the child ends first. */
  ask(message: Record<string, unknown>): Promise<unknown>;
  /** Resolves with exit code or signal once the process is gone; never rejects. */
  exited: Promise<number | string>;
}

const answerSchema = z.looseObject({ id: z.number() });

/** Starts a Node child with the running Node's executable, an IPC channel and the stack's clock. */
export function spawnNodeChild(options: NodeChildOptions): NodeChild {
  const preloads = [shiftDatePreload, ...(options.preloads ?? [])].flatMap((file) => ['--require', file]);
  const child = spawn(process.execPath, [...preloads, ...options.arguments], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: options.cwd,
    env: {
      ...inherited(),
      NODE_COMPILE_CACHE: compileCache,
      ...options.environment,
      ROLECALL_CLOCK_OFFSET: String(options.clockOffset),
    },
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input === null) throw new Error(`The child process has no ${stream}.`);
    createInterface({ input }).on('line', (line) => {
      options.onLine(line, stream);
    });
  }

  const exited = once(child, 'exit').then(([code, signal]: unknown[]) =>
    z.union([z.number(), z.string()]).parse(code ?? signal),
  );
  return { process: child, ask: createAsk(child), exited };
}

/** What a child needs of the machine and nothing more: settings of the shell must not leak into the app. */
function inherited(): Record<string, string | undefined> {
  const names = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'TMPDIR', 'TEMP', 'TMP'];
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

function createAsk(child: ChildProcess): NodeChild['ask'] {
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (reason: Error) => void }>();
  let lastId = 0;
  child.on('message', (message: unknown) => {
    const answer = answerSchema.safeParse(message);
    if (!answer.success) return;
    waiting.get(answer.data.id)?.resolve(answer.data);
    waiting.delete(answer.data.id);
  });
  const rejectAll = (): void => {
    for (const { reject } of waiting.values()) reject(new Error('The child process ended before it answered.'));
    waiting.clear();
  };
  child.once('exit', rejectAll);
  child.once('disconnect', rejectAll);

  return (message) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      child.send({ ...message, id }, (error) => {
        if (error === null) return;
        waiting.delete(id);
        reject(error);
      });
    });
}
