import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { NamedTest } from './mutation.ts';

/** A test run that takes longer is stuck, which is red, too; milliseconds. */
const longest = 300_000;

const resultSchema = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** What came of one test file. `broken`: not one test ran, so the fault proves nothing. */
export type Verdict =
  | { readonly colour: 'green' }
  | { readonly colour: 'red'; readonly test: string }
  | { readonly colour: 'broken'; readonly message: string };

/** Runs a test file, or some of its tests, in a copy of the repository. */
export async function runTest(root: string, { file, only }: NamedTest): Promise<Verdict> {
  const output = join(root, 'mutate-result.json');
  await rm(output, { force: true });
  const selection = only === undefined ? [] : ['-t', only];
  const options = ['--runTestsByPath', file, ...selection, '--json', '--outputFile', output, '--silent', '--forceExit'];
  const child = spawn(process.execPath, [join('node_modules', 'jest', 'bin', 'jest.js'), ...options], {
    cwd: root,
    stdio: 'ignore',
    // A group of its own: what a stuck test has started ends with it.
    detached: true,
  });
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', end);
  const stuck = new AbortController();
  const timer = setTimeout(() => {
    stuck.abort();
    end();
  }, longest);
  await once(child, 'exit');
  clearTimeout(timer);
  process.removeListener('exit', end);
  if (stuck.signal.aborted) return { colour: 'red', test: `${file} did not end in ${longest / 1000} s` };
  return verdictOf(resultSchema.parse(JSON.parse(await readFile(output, 'utf8'))));
}

function verdictOf({ numPassedTests, testResults }: z.infer<typeof resultSchema>): Verdict {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.find(({ status }) => status === 'failed');
  if (failed !== undefined) return { colour: 'red', test: failed.fullName };
  if (numPassedTests > 0) return { colour: 'green' };
  return { colour: 'broken', message: testResults.map(({ message }) => message).join('\n') || 'No test was run.' };
}
