import type { Connection } from './connection.ts';

/** What a command answers: a value for `--json` and lines for people. */
export interface CommandResult {
  readonly value: unknown;
  readonly lines: readonly string[];
}

/** One command of `npm run tenant`. */
export interface Command {
  /** For example `add <user> <group>`; its angle brackets are what must be given, its square ones what may be. */
  readonly usage: string;
  readonly summary: string;
  run(connection: Connection, given: readonly string[]): Promise<CommandResult>;
}
