import { writeFile } from 'node:fs/promises';
import type { MappingRule } from '../../src/lib/model/rules-document.ts';
import { checkContent } from '../../src/lib/rules/check-content.ts';
import { textTable } from '../command-line/text-table.ts';
import { paint } from '../start/paint.ts';
import { type GroupPreview, previewSchema } from './answers.ts';
import type { Command, CommandResult } from './command.ts';
import { faultsResult, heading, orFaults } from './faults.ts';
import { readDocument } from './read-document.ts';
import { withGroups, type WrittenGroup } from './with-groups.ts';
import { counted } from './words.ts';

export const resolveAllCommand: Command = {
  usage: 'resolve-all <file>',
  summary: 'writes into a rules document the object id beside the name of each group, and the name beside each id',
  details: [
    'The groups are those that publishing would bind, so a name that another group took over leads to the one that had it first.',
    'Rules with a pattern, or with pin, stay as they are. Nothing is written while the document has faults. The file - is standard',
    'input; the document is then printed.',
  ],
  async run(given) {
    const [file = ''] = given.words;
    const text = await readDocument(file);
    const checked = checkContent(text);
    const work = async (): Promise<CommandResult> => {
      const { body } = await given.api().call('POST', '/rules/preview', { body: { document: text } });
      const { groups } = previewSchema.parse(body);
      if (!checked.ok) return faultsResult(checked.faults);
      const written = groupsToWrite(checked.value.rules, groups);
      const document = withGroups(text, new Map(written.map(({ index, group }) => [index, group])));
      if (file === '-') return { value: JSON.parse(document), lines: document.trimEnd().split(/\r?\n/) };
      if (written.length > 0) await writeFile(file, document);
      const rows = written.map(({ ruleId, group }) => [ruleId, group.displayName, group.id]);
      const said =
        written.length === 0 ? 'Every group has its id and its name.' : `${counted(rows.length, 'group')} written:`;
      const table = rows.length === 0 ? [] : textTable([heading('rule', 'group', 'id'), ...rows]);
      return { value: { written }, lines: [paint('green', said), ...table] };
    };
    return orFaults(work, checked.ok ? [] : checked.faults);
  },
};

interface Written {
  /** Place of the rule in the document. */
  readonly index: number;
  readonly ruleId: string;
  readonly group: WrittenGroup;
}

/** Rules that lack the id or the present name of the one group that they are bound to. */
export function groupsToWrite(rules: readonly MappingRule[], groups: readonly GroupPreview[]): readonly Written[] {
  return rules.flatMap(({ id: ruleId, group }, index): readonly Written[] => {
    const [only, ...others] = groups.filter(({ ruleIds }) => ruleIds.includes(ruleId));
    const isOneGroup = group.displayNamePattern === undefined && group.pin === undefined;
    if (!isOneGroup || only === undefined || others.length > 0) return [];
    const { groupId, displayName } = only;
    if (group.id !== undefined && group.displayName === displayName) return [];
    return [{ index, ruleId, group: { id: group.id ?? groupId, displayName } }];
  });
}
