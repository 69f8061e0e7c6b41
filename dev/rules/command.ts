import type { OptionName, Options } from './options.ts';
import type { RolecallApi } from './rolecall-api.ts';

/** What a command answers: a value for `--json`, lines for people, and how the process ends. */
export interface CommandResult {
  readonly value: unknown;
  readonly lines: readonly string[];
  /** Default `done`. */
  readonly code?: ExitCode;
}

/** How the process ends; a command line that can't be understood ends with 2. */
export const exitCodes = {
  done: 0,
  /** The document has faults, the other side refused, or nothing answers. */
  refused: 1,
  /** Somebody loses something, and that was not agreed to. */
  losers: 3,
} as const;
export type ExitCode = keyof typeof exitCodes;

/** What was typed, and the way to Rolecall. */
export interface Given {
  /** What the angle and square brackets of `usage` stand for, in their order. */
  readonly words: readonly string[];
  readonly options: Options;
  /** Connects when it is called first, so that what needs no connection works without. */
  readonly api: () => RolecallApi;
}

/** One command of `npm run rules`. */
export interface Command {
  /** For example `preview <file>`; its angle brackets are what must be given, its square ones what may be. */
  readonly usage: string;
  readonly summary: string;
  /** Options beside the common ones. */
  readonly options?: readonly OptionName[];
  /** Said by `--help` of the command, below its options. */
  readonly details?: readonly string[];
  run(given: Given): Promise<CommandResult>;
}
