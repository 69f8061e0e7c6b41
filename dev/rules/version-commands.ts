import { textTable } from '../command-line/text-table.ts';
import { paint } from '../start/paint.ts';
import { rulesSchema, versionsSchema } from './answers.ts';
import type { Command, Given } from './command.ts';
import { heading } from './faults.ts';
import { wholeNumber } from './options.ts';
import { tellGroupKind } from './words.ts';

/** What was published, and what it is bound to. */
export const versionCommands: readonly Command[] = [
  {
    usage: 'versions',
    summary: 'lists every version, newest first, with who published it and when',
    async run(given) {
      const { body } = await given.api().call('GET', '/rules/versions');
      const rows = versionsSchema
        .parse(body)
        .versions.map(({ version, author, createdDateTime, restores, inForce }) => [
          version,
          inForce ? paint('green', 'in force') : '',
          createdDateTime,
          restores === undefined ? '' : `content of ${restores}`,
          author,
        ]);
      const lines =
        rows.length === 0
          ? ['There is no version yet.']
          : textTable([heading('version', 'state', 'published', 'rollback', 'by'), ...rows]);
      return { value: body, lines };
    },
  },
  {
    usage: 'show [version]',
    summary: 'prints the document of a version, or of the one in force',
    async run(given) {
      const { body, rules } = await readRules(given);
      return { value: body, lines: [JSON.stringify(rules.document, null, 2)] };
    },
  },
  {
    usage: 'pins [version]',
    summary: 'lists the groups that the rules of a version are bound to',
    async run(given) {
      const { body, rules } = await readRules(given);
      const rows = rules.pins.map(({ ruleId, groupId, displayName, mappedSince, parts = {}, group }) => [
        ruleId,
        displayName,
        tellGroupKind(group),
        Object.entries(parts)
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
        mappedSince,
        groupId,
      ]);
      const head = `Version ${rules.version}${rules.inForce ? ', in force' : ''}`;
      const table = textTable([heading('rule', 'group', 'kind', 'parts', 'mapped since', 'id'), ...rows]);
      return { value: body, lines: [paint('bold', head), ...table] };
    },
  },
];

async function readRules(given: Given) {
  const [word] = given.words;
  const query = word === undefined ? '' : `?version=${wholeNumber('The version', word)}`;
  const { body } = await given.api().call('GET', `/rules${query}`);
  return { body, rules: rulesSchema.parse(body) };
}
