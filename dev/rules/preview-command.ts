import { previewSchema } from './answers.ts';
import type { Command, CommandResult, Given } from './command.ts';
import { orFaults } from './faults.ts';
import { readDocument } from './read-document.ts';
import { tellPreview } from './tell-preview.ts';

export const previewCommand: Command = {
  usage: 'preview <file>',
  summary: 'tells who would gain and lose what, before anything is written',
  options: ['fresh', 'user', 'all'],
  details: [
    'Ends with 0 when nobody loses anything, with 3 when somebody does, with 1 when the document has faults.',
    'Without --fresh the members of groups that no rule maps yet are left out: nothing is recorded of them.',
  ],
  async run(given) {
    const [file = ''] = given.words;
    const document = await readDocument(file);
    return orFaults(async () => preview(given, file, document));
  },
};

async function preview(given: Given, file: string, document: string): Promise<CommandResult> {
  const api = given.api();
  const { fresh, all } = given.options;
  const { body } = await api.call('POST', '/rules/preview', { body: { document, fresh } });
  const answer = previewSchema.parse(body);
  const { losers, recordedLosers } = answer.counts;
  const lines = tellPreview(answer, { file, all, again: api.again });
  return { value: body, lines, code: losers + recordedLosers > 0 ? 'losers' : 'done' };
}
