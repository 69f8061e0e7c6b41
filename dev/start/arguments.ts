import { parseArgs } from 'node:util';

/** What `npm start` was asked for. */
export interface StartArguments {
  readonly once: boolean;
  readonly fresh: boolean;
  readonly help: boolean;
  /** Folder that keeps the data. */
  readonly dir: string;
  /** Preferred port of the app. */
  readonly port: number;
}

export const startHelp = `Runs Rolecall on this machine: the built app with the real Azure SDKs against Azurite and a simulated Entra tenant.

npm start                      starts the stack and tells every change of a record; goes on where it was left
npm start -- --fresh           begins anew: empties the folder first
npm start -- --once            plays a story through the whole path on a stack of its own, prints a table, and checks it
npm start -- --dir <folder>    keeps the data there instead of in .local
npm start -- --port <number>   prefers this port for the app (7071 by default; a taken one is replaced by a free one)

While it runs: npm run tenant -- --help`;

const options = {
  once: { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  dir: { type: 'string', default: '.local' },
  port: { type: 'string', default: '7071' },
} as const;

/** @throws Error with one sentence that names what is not understood */
export function parseStartArguments(argv: readonly string[]): StartArguments {
  const { port, ...values } = read(argv);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new Error(`'${port}' is no port number.`);
  return { ...values, port: Number(port) };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    // Node adds a hint about positional arguments that helps nobody here.
    throw new Error(`${said.replace(/[.]? To specify .*$/, '')}. 'npm start -- --help' lists what there is.`, {
      cause: error,
    });
  }
}
