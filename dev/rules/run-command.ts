import { parseArgs } from 'node:util';
import { forTerminal } from '../command-line/for-terminal.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { whileWaiting } from '../command-line/while-waiting.ts';
import { activateCommand, rollbackCommand } from './activate-command.ts';
import { type Command, type CommandResult, exitCodes } from './command.ts';
import { exceptionsCommand } from './exceptions-command.ts';
import { explainCommand } from './explain-command.ts';
import { groupsCommand } from './groups-command.ts';
import { helpFor, helpForAll } from './help.ts';
import { commonOptions, type OptionName, type Options, options, wholeNumber } from './options.ts';
import { previewCommand } from './preview-command.ts';
import { resolveAllCommand } from './resolve-all-command.ts';
import { resolveCommand } from './resolve-command.ts';
import { asTold } from './no-rolecall.ts';
import { connectRolecall } from './rolecall-api.ts';
import { validateCommand } from './validate-command.ts';
import { versionCommands } from './version-commands.ts';

const commands: readonly Command[] = [
  validateCommand,
  previewCommand,
  activateCommand,
  rollbackCommand,
  ...versionCommands,
  explainCommand,
  exceptionsCommand,
  resolveCommand,
  resolveAllCommand,
  groupsCommand,
];

/** What a command line printed and how its process ends. */
export interface Ended {
  readonly text: string;
  readonly code: number;
}

/**
 * Runs one command line of `npm run rules`.
 *
 * @throws UsageError when it can't be understood, or an Error with a sentence for the person
 */
export async function runCommand(argv: readonly string[]): Promise<Ended> {
  const { given, values, words } = parse(argv);
  const [name, ...others] = words;
  if (name === undefined || name === 'help') return { text: helpForAll(commands), code: 0 };
  const command = commands.find(({ usage }) => usage.split(' ', 1)[0] === name);
  if (command === undefined)
    throw new UsageError(`There is no command '${name}'. 'npm run rules -- --help' lists them.`);
  if (values.help) return { text: helpFor(command), code: 0 };
  checkWords(command, others);
  checkOptions(command, given);
  checkNumbers(values);
  const run = () => command.run({ words: others, options: values, api: () => connectRolecall(values) });
  return ended(await whileWaiting(name, () => understood(run)), values);
}

async function understood(run: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await run();
  } catch (error) {
    throw asTold(error);
  }
}

function parse(argv: readonly string[]): { given: readonly string[]; values: Options; words: readonly string[] } {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      tokens: true,
    });
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    return { given, values, words: positionals };
  } catch (error) {
    // Node adds a hint about positional arguments that helps nobody here.
    throw new UsageError(error instanceof Error ? error.message.replace(/ To specify .*$/, '') : String(error));
  }
}

function checkWords({ usage }: Command, words: readonly string[]): void {
  const wanted = usage.match(/<[^>]+>/g)?.length ?? 0;
  const possible = wanted + (usage.match(/\[[^\]]+\]/g)?.length ?? 0);
  if (words.length < wanted || words.length > possible) {
    throw new UsageError(`Say: npm run rules -- ${usage}\n(put names of several words in quotation marks)`);
  }
}

function checkOptions(command: Command, given: readonly string[]): void {
  const known: readonly OptionName[] = [...commonOptions, ...(command.options ?? [])];
  const other = given.find((name) => !known.some((one) => one === name));
  if (other === undefined) return;
  const [name = ''] = command.usage.split(' ', 1);
  throw new UsageError(`'${name}' does not take --${other}. 'npm run rules -- ${name} --help' lists what it takes.`);
}

/** Before anything is done. */
function checkNumbers(values: Options): void {
  for (const name of ['losers', 'if-version'] as const) {
    const text = values[name];
    if (text !== undefined) wholeNumber(`--${name}`, text);
  }
}

function ended({ value, lines, code = 'done' }: CommandResult, { json }: Options): Ended {
  return { text: json ? JSON.stringify(value, null, 2) : lines.map(forTerminal).join('\n'), code: exitCodes[code] };
}
