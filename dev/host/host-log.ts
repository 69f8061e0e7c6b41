import { z } from 'zod';
import type { LogLevel } from './functions-core.ts';

/** One line of the host's standard output, as JSON. `app` lines come from the app's `context.log` and its siblings. */
export interface HostLogEntry {
  level: LogLevel;
  source: 'app' | 'host';
  function?: string;
  invocationId?: string;
  message: string;
}

export type HostLog = (entry: HostLogEntry) => void;

export const hostLogLineSchema = z.object({
  time: z.string(),
  level: z.enum(['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none']),
  source: z.enum(['app', 'host', 'console']),
  function: z.string().optional(),
  invocationId: z.string().optional(),
  message: z.string(),
});
/** A line as the parent reads it; `console` is whatever was printed by other means than the log. */
export type HostLogLine = z.infer<typeof hostLogLineSchema>;

const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** A log that writes entries of at least this level as JSON lines. */
export function createHostLog(minimum: LogLevel, write: (line: string) => void): HostLog {
  return (entry) => {
    if (levels.indexOf(entry.level) < levels.indexOf(minimum)) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
  };
}
