import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const repository = resolve(__dirname, '../..');

/** A command of package.json that runs, or ran, in a process of its own. */
export interface Command {
  readonly process: ChildProcess;
  /** Everything printed so far, standard error included. */
  output(): string;
  /** Waits until the output matches; fails when the command ends before, or after the limit (milliseconds). */
  prints(pattern: RegExp, limit?: number): Promise<RegExpExecArray>;
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
}

/** Runs Node in the repository, as an npm script does: a script of `dev` with its arguments, for example. */
export function runNode(given: readonly string[], environment: Readonly<Record<string, string>> = {}): Command {
  const child = spawn(process.execPath, given, {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...environment },
  });
  let text = '';
  let ended: number | string | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
  }
  const exited = once(child, 'close').then(([code, signal]: unknown[]) => {
    ended = typeof code === 'number' ? code : String(signal);
    return ended;
  });
  return {
    process: child,
    output: () => text,
    exited,
    async prints(pattern, limit = 120_000) {
      const found = await until(() => pattern.exec(text) ?? ended, limit);
      if (typeof found === 'object') return found;
      throw new Error(`It ended (${found}) without printing ${String(pattern)}:\n${text}`);
    },
  };
}

/** What `probe` gives as soon as it gives something; fails after the limit (milliseconds). */
export async function until<T>(probe: () => T | undefined, limit = 30_000): Promise<T> {
  const deadline = performance.now() + limit;
  for (;;) {
    const value = probe();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`It did not happen in ${limit} ms.`);
    await setTimeout(20);
  }
}

/** Processes that a process has started, and those that they have started. */
export function descendants(pid: number | undefined): readonly number[] {
  if (pid === undefined) return [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const direct = children === '' ? [] : children.split(' ').map(Number);
  return direct.flatMap((child) => [child, ...descendants(child)]);
}

/** Whether a process is there; one that has ended and is not yet collected is gone. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
