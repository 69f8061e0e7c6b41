import { parseDocument } from '../../src/lib/rules/parse-document.ts';
import type { Checked } from '../../src/lib/rules/fault.ts';
import { validateDocument } from '../../src/lib/rules/validate-document.ts';
import type { RulesDocument } from '../../src/lib/model/rules-document.ts';
import { paint } from '../start/paint.ts';
import { previewSchema } from './answers.ts';
import type { Command, CommandResult, Given } from './command.ts';
import { faultsResult, orFaults, tellWarnings } from './faults.ts';
import { readDocument } from './read-document.ts';
import { counted } from './words.ts';

export const validateCommand: Command = {
  usage: 'validate <file>',
  summary: 'tells every fault of a rules document, without a connection',
  options: ['online'],
  details: [
    'Shape and meaning are looked at here, so it works in the checks of any repository; groups only with --online.',
    'Shape comes first, then meaning, then groups: each tells all of its faults, and the next follows when they are mended.',
    'Ends with 0 when the document is sound, with 1 when it has faults. The file - is standard input.',
  ],
  async run(given) {
    const [file = ''] = given.words;
    const text = await readDocument(file);
    const checked = check(text);
    if (!checked.ok) return faultsResult(checked.faults);
    return given.options.online ? online(given, text, checked.value) : sound(checked.value);
  },
};

function check(text: string): Checked<RulesDocument> {
  const parsed = parseDocument(text);
  if (!parsed.ok) return parsed;
  const faults = validateDocument(parsed.value);
  return faults.length === 0 ? parsed : { ok: false, faults };
}

function sound({ rules, roles }: RulesDocument): CommandResult {
  const line = `The rules document is sound: ${counted(rules.length, 'rule')}, ${counted(roles.length, 'role')}.`;
  return { value: { faults: [], warnings: [] }, lines: [paint('green', line)] };
}

/** A preview looks every group up, and says what it finds. */
async function online(given: Given, document: string, { rules }: RulesDocument): Promise<CommandResult> {
  return orFaults(async () => {
    const { body } = await given.api().call('POST', '/rules/preview', { body: { document } });
    const { warnings, groups } = previewSchema.parse(body);
    const line = `The rules document is sound: ${counted(rules.length, 'rule')} for ${counted(groups.length, 'group')}.`;
    return { value: { faults: [], warnings }, lines: [paint('green', line), ...tellWarnings(warnings)] };
  });
}
