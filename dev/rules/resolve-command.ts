import { textTable } from '../command-line/text-table.ts';
import { paint } from '../start/paint.ts';
import type { Command, CommandResult } from './command.ts';
import { heading } from './faults.ts';
import { resolveGroup } from './find-group.ts';
import type { ResolvedGroups } from './group-answers.ts';

export const resolveCommand: Command = {
  usage: 'resolve <name or id>',
  summary: 'tells which groups a name stands for, and what to write into a rule',
  details: ['Ends with 0 when it is exactly one group, with 1 when it is none or several.'],
  async run(given) {
    const [text = ''] = given.words;
    return tellResolved(text, await resolveGroup(given.api(), text));
  },
};

/** Every candidate with what tells it from the others, and the lines for a rules document. */
export function tellResolved(text: string, value: ResolvedGroups): CommandResult {
  const { candidates, suggestions } = value;
  const [only, ...others] = candidates;
  if (only === undefined) return { value, lines: tellNone(text, suggestions), code: 'refused' };
  const rows = candidates.map((one) => [...row(one).slice(0, 2), one.members ?? 'unknown', ...row(one).slice(2)]);
  const table = textTable([heading('group', 'kind', 'members', 'members managed in', 'id'), ...rows]);
  if (others.length > 0) {
    const said = `${candidates.length} groups are called so. In a rule name the one that is meant by its id:`;
    return { value, lines: [...table, '', paint('yellow', said), ...candidates.map(asGroup)], code: 'refused' };
  }
  return { value, lines: [...table, '', 'In a rule:', asGroup(only)] };
}

function tellNone(text: string, suggestions: ResolvedGroups['suggestions']): readonly string[] {
  const said = paint('red', `The tenant has no group '${text}'; capitals count.`);
  if (suggestions.length === 0) return [said];
  const table = textTable([heading('group', 'kind', 'members managed in', 'id'), ...suggestions.map(row)]);
  return [said, '', 'These begin alike:', ...table];
}

function row(group: ResolvedGroups['suggestions'][number]): readonly [string, string, string, string] {
  const { displayName, kind, marks, membersManagedIn, id } = group;
  return [displayName, [kind, ...marks].join(', '), membersManagedIn, id];
}

/** The `group` of a rule. */
function asGroup({ id, displayName }: ResolvedGroups['suggestions'][number]): string {
  return `  "group": { "id": "${id}", "displayName": ${JSON.stringify(displayName)} }`;
}
