import type { z } from 'zod';
import { RequestError } from '../command-line/request.ts';
import { textTable } from '../command-line/text-table.ts';
import type { Fault } from '../../src/lib/rules/fault.ts';
import { paint } from '../start/paint.ts';
import { faultsSchema, type warningsSchema } from './answers.ts';
import type { CommandResult } from './command.ts';
import { asTold } from './no-rolecall.ts';
import { counted } from './words.ts';

/** Every fault of a document: where, what, and what to do. */
export function faultsResult(faults: readonly Fault[]): CommandResult {
  const rows = faults.map(({ path, fault, remedy }) => [paint('bold', path), fault, paint('dim', remedy)]);
  const head = paint('red', `The rules document has ${counted(faults.length, 'fault')}:`);
  return {
    value: { faults },
    lines: [head, '', ...textTable([heading('where', 'fault', 'do'), ...rows])],
    code: 'refused',
  };
}

/**
 * What `work` answers, or the faults for which the other side refused a document.
 *
 * @param found what is wrong with it in any case: told when the other side can't be asked
 */
export async function orFaults(
  work: () => Promise<CommandResult>,
  found: readonly Fault[] = [],
): Promise<CommandResult> {
  try {
    return await work();
  } catch (error) {
    const said =
      error instanceof RequestError && error.status === 422 ? faultsSchema.safeParse(error.body).data : undefined;
    if (said !== undefined) return faultsResult(said.faults);
    if (found.length === 0) throw error;
    return withoutGroups(found, error);
  }
}

/** Faults of a document whose groups are yet to be looked up, and what keeps that from being done. */
function withoutGroups(faults: readonly Fault[], error: unknown): CommandResult {
  const told = asTold(error);
  const groupsUnknown = told instanceof Error ? told.message : String(told);
  const [reason, ...more] = groupsUnknown.split('\n');
  const said = [paint('yellow', `The groups could not be looked up: ${reason}`), ...more];
  const { lines, code } = faultsResult(faults);
  return { value: { faults, groupsUnknown }, lines: [...lines, '', ...said], ...(code === undefined ? {} : { code }) };
}

/** A section with its warnings; nothing when there are none. */
export function tellWarnings(warnings: z.infer<typeof warningsSchema>): readonly string[] {
  if (warnings.length === 0) return [];
  const rows = warnings.map(({ path, warning, remedy }) => [path, warning, paint('dim', remedy)]);
  return ['', paint('yellow', 'Warnings'), ...textTable([heading('where', 'warning', 'do'), ...rows])];
}

/** The first row of a table. */
export function heading(...names: readonly string[]): readonly string[] {
  return names.map((name) => paint('dim', name));
}
