import type { z } from 'zod';
import { RequestError } from '../command-line/request.ts';
import { textTable } from '../command-line/text-table.ts';
import type { Fault } from '../../src/lib/rules/fault.ts';
import { paint } from '../start/paint.ts';
import { faultsSchema, type warningsSchema } from './answers.ts';
import type { CommandResult } from './command.ts';
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

/** What `work` answers, or the faults for which the other side refused a document. */
export async function orFaults(work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work();
  } catch (error) {
    const said =
      error instanceof RequestError && error.status === 422 ? faultsSchema.safeParse(error.body).data : undefined;
    if (said === undefined) throw error;
    return faultsResult(said.faults);
  }
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
