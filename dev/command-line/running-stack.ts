import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { isRunning, readStackFile, type StackFile } from '../stack-file.ts';
import { UsageError } from './usage-error.ts';

/** Where a stack that was started with `npm start` says what listens where. */
export const defaultStackFile = '.local/stack.json';

/** The running stack that a file tells of; this process trusts its certificate from now on. Throws UsageError when none runs. */
export function runningStack(file: string): StackFile {
  const stack = readStackFile(file);
  if (stack === undefined || !isRunning(stack)) {
    throw new UsageError(
      `No stack runs according to ${file}. Start one with 'npm start', or name its file with --settings.`,
    );
  }
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(stack.certificate, 'utf8')]);
  return stack;
}
