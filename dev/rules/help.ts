import type { Command } from './command.ts';
import { commonOptions, optionHelp, type OptionName } from './options.ts';
import { tokenAdvice } from './rolecall-api.ts';

/** What `npm run rules` can do. */
export function helpForAll(commands: readonly Command[]): string {
  return [
    "Shows and changes a tenant's rules, and explains what they give.",
    '',
    'npm run rules -- <command> [options]',
    '',
    ...columns(commands.map(({ usage, summary }) => [usage, summary])),
    '',
    'Every command takes',
    ...optionLines(commonOptions),
    '',
    'Without --url a running local stack is asked (npm start). For a deployed one say --url and --tenant.',
    ...tokenAdvice,
    '',
    'Ends with 0 when it is done, 1 when a document has faults, something is refused or nothing answers, 2 when the command',
    'line can not be understood or names a file or a stack that is not there, 3 when somebody loses something and a person has',
    'to agree to that.',
  ].join('\n');
}

/** What one command takes and does. */
export function helpFor({ usage, summary, options = [], details = [] }: Command): string {
  return [
    `npm run rules -- ${usage}`,
    '',
    `  ${summary}`,
    '',
    ...optionLines([...options, ...commonOptions]),
    ...(details.length > 0 ? ['', ...details] : []),
  ].join('\n');
}

function optionLines(names: readonly OptionName[]): readonly string[] {
  return columns(names.map((name) => optionHelp[name]));
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([first]) => first.length)) + 2;
  return rows.map(([first, second]) => `  ${first.padEnd(width)}${second}`);
}
