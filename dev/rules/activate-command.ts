import { type Preview, previewSchema } from './answers.ts';
import { changeRules, versionBefore } from './change-rules.ts';
import type { Command } from './command.ts';
import { orFaults } from './faults.ts';
import { groupIds, versionNumber } from './options.ts';
import { quoted } from '../command-line/quoted.ts';
import { readDocument } from './read-document.ts';
import { lacksMembers, tellCounts } from './tell-preview.ts';

const followUp = [
  'It follows the version in force, or the one of --if-version: refused when another one is in force by then.',
  'A change that takes something from many needs their number with --losers; without it, it ends with 3.',
];

export const activateCommand: Command = {
  usage: 'activate <file>',
  summary: 'publishes a rules document and puts it in force',
  options: ['losers', 'admit', 'if-version', 'wait'],
  details: followUp,
  async run(given) {
    const [file = ''] = given.words;
    const document = await readDocument(file);
    const api = given.api();
    return orFaults(async () => {
      const from = await versionBefore(api, given);
      const { admit } = given.options;
      const body = { document, ...groupIds(admit) };
      const preview = previewSchema.parse((await api.call('POST', '/rules/preview', { body })).body);
      const typed = `activate ${quoted(file)}${admit === undefined ? '' : ` --admit ${quoted(admit)}`}`;
      const result = await changeRules(api, given, { method: 'PUT', path: '/rules', body, from, typed });
      return { ...result, lines: [...tellRecorded(preview), ...result.lines] };
    });
  },
};

/** On recorded facts, which is quick however many groups there are; publishing itself counts what new groups take. */
function tellRecorded(preview: Preview): readonly string[] {
  const counts = tellCounts(preview);
  return lacksMembers(preview) ? [`${counts} · new groups are not among these numbers`] : [counts];
}

export const rollbackCommand: Command = {
  usage: 'rollback <version>',
  summary: 'publishes the content of an earlier version again, under a new number, and puts it in force',
  options: ['losers', 'if-version', 'wait'],
  details: ['Its groups are those that it was bound to then; no name is looked up again.', ...followUp],
  async run(given) {
    const [word = ''] = given.words;
    const version = versionNumber(word);
    const api = given.api();
    const from = await versionBefore(api, given);
    const typed = `rollback ${version}`;
    return changeRules(api, given, { method: 'POST', path: '/rules/rollback', body: { version }, from, typed });
  },
};
