import { textTable } from '../command-line/text-table.ts';
import { paint } from '../start/paint.ts';
import { rulesSchema, versionsSchema } from './answers.ts';
import type { Command } from './command.ts';
import { heading } from './faults.ts';
import { versionNumber } from './options.ts';

/** What was published. */
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
    summary: 'prints the document of a version, or of the one in force; --json its author and pins, too',
    async run(given) {
      const [word] = given.words;
      const query = word === undefined ? '' : `?version=${versionNumber(word)}`;
      const { body } = await given.api().call('GET', `/rules${query}`);
      return { value: body, lines: JSON.stringify(rulesSchema.parse(body).document, null, 2).split('\n') };
    },
  },
];
