import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { hasCode } from './has-code.ts';

/** `stack.json` in the stack's folder: where everything listens, for command lines and for the next start. */
const stackFileSchema = z.object({
  /** The process that runs the stack; null once it has stopped. */
  pid: z.number().nullable(),
  hostUrl: z.string(),
  simulatorUrl: z.string(),
  /** Azurite itself, past the proxy. */
  connectionString: z.string(),
  certificate: z.string(),
  clockOffset: z.number(),
});
export type StackFile = z.infer<typeof stackFileSchema>;

/** Reads a stack's file; undefined when there is none. */
export function readStackFile(path: string): StackFile | undefined {
  try {
    return stackFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export function writeStackFile(path: string, content: StackFile): void {
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
}

/** Whether the process that wrote the file still runs. */
export function isRunning({ pid }: StackFile): boolean {
  if (pid === null) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
