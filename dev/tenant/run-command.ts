import { parseArgs } from 'node:util';
import { defaultStackFile, runningStack } from '../command-line/running-stack.ts';
import { UsageError } from '../command-line/usage-error.ts';
import type { Command, CommandResult } from './command.ts';
import { connectStack } from './connection.ts';
import { holdCommands } from './hold-commands.ts';
import { membershipCommands } from './membership-commands.ts';
import { objectCommands } from './object-commands.ts';
import { recordCommands } from './record-commands.ts';
import { stackCommands } from './stack-commands.ts';

const commands = [...membershipCommands, ...objectCommands, ...recordCommands, ...holdCommands, ...stackCommands];

const options = {
  settings: { type: 'string', default: defaultStackFile },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Runs one command line of `npm run tenant` and gives what to print.
 *
 * @throws UsageError, NameError or RequestError with a sentence for the person
 */
export async function runCommand(argv: readonly string[]): Promise<string> {
  const { values, positionals } = parse(argv);
  const [name, ...given] = positionals;
  if (values.help || name === undefined || name === 'help') return help();
  const command = commands.find(({ usage }) => usage.split(' ', 1)[0] === name);
  if (command === undefined)
    throw new UsageError(`There is no command '${name}'. 'npm run tenant -- --help' lists them.`);
  checkCount(command, given);
  const result = await command.run(connectStack(runningStack(values.settings)), given);
  return print(result, values.json);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    // Node adds a hint about positional arguments that helps nobody here.
    throw new UsageError(error instanceof Error ? error.message.replace(/ To specify .*$/, '') : String(error));
  }
}

function checkCount({ usage }: Command, given: readonly string[]): void {
  const wanted = usage.match(/<[^>]+>/g)?.length ?? 0;
  const possible = wanted + (usage.match(/\[[^\]]+\]/g)?.length ?? 0);
  if (given.length < wanted || given.length > possible) {
    throw new UsageError(`Say: npm run tenant -- ${usage}\n(put names of several words in quotation marks)`);
  }
}

function print({ value, lines }: CommandResult, json: boolean): string {
  return json ? JSON.stringify(value, null, 2) : lines.join('\n');
}

function help(): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length)) + 2;
  return [
    'Drives the simulated tenant of a running local stack (npm start).',
    '',
    'npm run tenant -- <command> [--json] [--settings <stack.json>]',
    '',
    ...commands.map(({ usage, summary }) => `  ${usage.padEnd(width)}${summary}`),
    '',
    'Users and groups are named by id, user principal name, the part of it before the @, or display name; a part of',
    'one of these will do when it fits only one.',
    `--json      prints the answer as JSON`,
    `--settings  the stack's file; ${defaultStackFile} by default`,
  ].join('\n');
}
