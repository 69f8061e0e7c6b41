/** `npm run tenant -- <command>`: drives the simulated directory by hand. */
import { UsageError } from './command-line/usage-error.ts';
import { runCommand } from './tenant/run-command.ts';

try {
  console.log(await runCommand(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
