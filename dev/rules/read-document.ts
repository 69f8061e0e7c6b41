import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UsageError } from '../command-line/usage-error.ts';
import { hasCode } from '../has-code.ts';

/** The text of a rules document; `-` is standard input. Whether it is JSON is looked at with its other faults. */
export async function readDocument(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'EISDIR')) throw new UsageError(`There is no file '${file}'.`);
    throw error;
  }
}
