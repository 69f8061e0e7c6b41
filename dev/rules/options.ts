import { UsageError } from '../command-line/usage-error.ts';
import { defaultStackFile } from '../command-line/running-stack.ts';

/** Every option of `npm run rules`; each command says which of them it takes beside the common ones. */
export const options = {
  settings: { type: 'string', default: defaultStackFile },
  url: { type: 'string' },
  tenant: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  online: { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  wait: { type: 'boolean', default: false },
  user: { type: 'string' },
  losers: { type: 'string' },
  admit: { type: 'string' },
  'if-version': { type: 'string' },
  if: { type: 'string' },
  'why-not': { type: 'string' },
} as const;

export type OptionName = keyof typeof options;

/** Options as they were given. */
export interface Options {
  readonly settings: string;
  readonly url?: string | undefined;
  readonly tenant?: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
  readonly online: boolean;
  readonly fresh: boolean;
  readonly all: boolean;
  readonly wait: boolean;
  readonly user?: string | undefined;
  readonly losers?: string | undefined;
  readonly admit?: string | undefined;
  readonly 'if-version'?: string | undefined;
  readonly if?: string | undefined;
  readonly 'why-not'?: string | undefined;
}

/** What every command takes. */
export const commonOptions: readonly OptionName[] = ['settings', 'url', 'tenant', 'json', 'help'];

/** How an option is written, and what it does. */
export const optionHelp: Readonly<Record<OptionName, readonly [form: string, does: string]>> = {
  settings: ['--settings <stack.json>', `a running local stack; ${defaultStackFile} by default`],
  url: ['--url <https://…>', 'a deployed Rolecall instead; its access token is read from ROLECALL_TOKEN'],
  tenant: ['--tenant <id>', 'the tenant in question, with --url'],
  json: [
    '--json',
    'prints the answer as JSON, and nothing else (npm itself prints two lines, unless: npm run -s rules)',
  ],
  help: ['--help', 'tells about a command'],
  online: ['--online', 'looks the groups up in the tenant, too'],
  fresh: ['--fresh', 'reads the members of every mapped group first, also of newly mapped ones'],
  all: ['--all', 'leaves nothing out'],
  wait: ['--wait', 'waits until the version is in force and everybody who differs is enqueued'],
  user: ['--user <user>', 'this user only, on a fresh reading'],
  losers: ['--losers <number>', 'how many users lose something, as the preview says it'],
  admit: [
    '--admit <id>,<id>…',
    'lets in these groups, which match a pattern that stands already and wait for a person',
  ],
  'if-version': ['--if-version <number>', 'the version that was looked at; refused if another is in force by now'],
  if: ['--if joined:<group> | left:<group>', 'what would change then'],
  'why-not': ['--why-not <kind>:<id>', 'why the user does not have this one, every condition'],
};

/** The value of an option or word that must be a whole number. */
export function wholeNumber(what: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${what} must be a whole number, not '${text}'.`);
  return Number(text);
}

/** Object ids of groups, apart by commas, as a body takes them. */
export function groupIds(text: string | undefined): { readonly admit?: readonly string[] } {
  if (text === undefined) return {};
  const admit = text.split(',').map((id) => id.trim().toLowerCase());
  const wrong = admit.find((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id));
  if (wrong !== undefined) throw new UsageError(`--admit takes object ids of groups, apart by commas, not '${wrong}'.`);
  return { admit };
}

/** The number of a version, from 1 on. */
export function versionNumber(text: string): number {
  const version = wholeNumber('The version', text);
  if (version === 0) throw new UsageError("Versions begin with 1. 'npm run rules -- versions' lists them.");
  return version;
}
