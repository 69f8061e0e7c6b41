/** `npm run rules -- <command>`: shows and changes a tenant's rules, and explains what they give. */
import { forTerminal } from './command-line/for-terminal.ts';
import { UsageError } from './command-line/usage-error.ts';
import { runCommand } from './rules/run-command.ts';

try {
  const { text, code } = await runCommand(process.argv.slice(2));
  console.log(text);
  process.exitCode = code;
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  console.error(text.split('\n').map(forTerminal).join('\n'));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
