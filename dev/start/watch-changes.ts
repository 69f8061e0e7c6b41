import { z } from 'zod';
import type { HostLogLine } from '../host/host-log.ts';
import { readUser } from '../oracle/read-user.ts';
import type { Stack } from '../stack.ts';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';
import { followChanges } from './change-times.ts';
import { paint } from './paint.ts';
import { tellChange } from './tell-change.ts';

/** What the app logs when a reconcile wrote something; the entry itself is read from the table. */
const changedSchema = z.looseObject({ outcome: z.literal('changed'), userId: z.string(), revision: z.number() });
const warningSchema = z.looseObject({ message: z.string() });

/** Turns what the host prints into lines for a person: one per record change, and each warning or error. */
export interface ChangeWatch {
  onLine(line: HostLogLine): void;
  /** Lines of changes are printed from now on; warnings and errors always are. */
  begin(stack: Stack): void;
}

export function watchChanges(print: (line: string) => void): ChangeWatch {
  let tell: ((userId: string, revision: number) => Promise<string | undefined>) | undefined;
  // One after the other, so that lines come in the order of the changes.
  let work: Promise<void> = Promise.resolve();
  return {
    onLine({ level, message }) {
      const json = parseJson(message);
      if (level === 'warning' || level === 'error' || level === 'critical') {
        print(paint(level === 'warning' ? 'yellow' : 'red', `! ${describeWarning(json, message)}`));
      }
      const changed = changedSchema.safeParse(json).data;
      if (changed === undefined) return;
      work = work.then(async () => {
        const line = await tell?.(changed.userId, changed.revision).catch(String);
        if (line !== undefined) print(line);
      });
    },
    begin(stack) {
      tell = teller(stack);
    },
  };
}

function teller(stack: Stack): (userId: string, revision: number) => Promise<string | undefined> {
  const { directory } = stack.simulator.world.tenant(SAMPLE_TENANT.tenantId);
  const times = followChanges(directory);
  const groupName = (id: string): string => (directory.group(id) ?? directory.deletedGroup(id))?.displayName ?? id;
  return async (userId, revision) => {
    const { record, entries } = await readUser(stack.storage, SAMPLE_TENANT.tenantId, userId);
    const entry = entries.find((candidate) => candidate.revision === revision);
    if (entry === undefined) return undefined;
    const { what, why } = tellChange(entry, groupName);
    const began = times.latest(userId);
    const took = began === undefined ? '' : `, ${seconds(Date.parse(entry.activityDateTime) - began)}`;
    const because = why.length === 0 ? '' : `  because: ${why.join('; ')}`;
    const name = record?.displayName ?? userId;
    return `${entry.activityDateTime.slice(11, 19)}  ${paint('bold', name.padEnd(18))}  ${what.map(colour).join(', ')}${paint('dim', `${because}  (${entry.reason}${took})`)}`;
  };
}

function colour(what: string): string {
  if (what.startsWith('+')) return paint('green', what);
  return what.startsWith('-') ? paint('red', what) : what;
}

function seconds(milliseconds: number): string {
  return `${(Math.max(0, milliseconds) / 1000).toFixed(2)} s`;
}

function describeWarning(json: unknown, text: string): string {
  const parsed = warningSchema.safeParse(json).data;
  if (parsed === undefined) return text;
  const { message, ...keys } = parsed;
  const told = Object.entries(keys).map(([name, value]) => `${name} ${String(value)}`);
  return told.length === 0 ? message : `${message} (${told.join(', ')})`;
}

function parseJson(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
