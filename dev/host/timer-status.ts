import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { hasCode } from '../has-code.ts';

const statusSchema = z.object({
  /** The schedule this was written for. */
  schedule: z.string(),
  /** ISO times: when it ran last, if ever, when it is to run next, and when this was written. */
  last: z.string().optional(),
  next: z.string(),
  lastUpdated: z.string(),
});
const fileSchema = z.record(z.string(), statusSchema);

export type TimerStatus = z.infer<typeof statusSchema>;

/** What the schedule monitor keeps across restarts; on Azure it is a blob per timer. */
export interface TimerStatusFile {
  find(functionName: string): TimerStatus | undefined;
  save(functionName: string, status: TimerStatus): void;
}

/** Kept in one JSON file; without a path it lasts as long as the process. */
export function createTimerStatusFile(path: string | undefined): TimerStatusFile {
  const statuses = path === undefined ? {} : read(path);
  return {
    find: (functionName) => statuses[functionName],
    save(functionName, status) {
      statuses[functionName] = status;
      if (path === undefined) return;
      // A crash while writing must not cost the old file.
      writeFileSync(`${path}.new`, JSON.stringify(statuses, null, 2));
      renameSync(`${path}.new`, path);
    },
  };
}

function read(path: string): Record<string, TimerStatus> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return {};
    throw error;
  }
}
