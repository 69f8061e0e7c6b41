import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { build } from './build.ts';

/**
 * `npm test`: unit, contract and scenario tests, then as many convergence histories as fit into the time that CI has for them.
 * `npm run converge -- --runs N` runs more.
 */
const histories = ['--runs', '200', '--minutes', '1'];

const jestResults = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
});

async function run(script: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
  const [code] = z.tuple([z.number().nullable()], z.unknown()).parse(await once(child, 'exit'));
  return code ?? 1;
}

async function runJest(folder: string): Promise<{ passed: number; failed: number }> {
  const file = join(folder, 'results.json');
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const code = await run(jest, ['--maxWorkers=3', '--json', `--outputFile=${file}`, ...process.argv.slice(2)]);
  const results = jestResults.parse(JSON.parse(await readFile(file, 'utf8')));
  // A suite that could not start has no failed test of its own.
  const failed = Math.max(results.numFailedTests, results.numFailedTestSuites, code === 0 ? 0 : 1);
  return { passed: results.numPassedTests, failed };
}

const folder = await mkdtemp(join(tmpdir(), 'rolecall-test-'));
try {
  await build();
  const tests = await runJest(folder);
  const converged = await run(resolve(import.meta.dirname, 'converge.ts'), histories);
  const failed = tests.failed + (converged === 0 ? 0 : 1);
  console.log('Jest and the convergence run (which counts as one) together:');
  console.log(`${tests.passed + (converged === 0 ? 1 : 0)} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
