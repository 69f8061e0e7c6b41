import { checkContent } from '../../src/lib/rules/check-content.ts';
import type { Checked } from '../../src/lib/rules/fault.ts';
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
    'Ends with 0 when the document is sound, with 1 when it has faults. The file - is standard input.',
  ],
  async run(given) {
    const [file = ''] = given.words;
    const text = await readDocument(file);
    const checked = checkContent(text);
    if (given.options.online) return online(given, text, checked);
    return checked.ok ? sound(checked.value) : faultsResult(checked.faults);
  },
};

function sound({ rules, roles }: RulesDocument): CommandResult {
  const line = `The rules document is sound: ${counted(rules.length, 'rule')}, ${counted(roles.length, 'role')}.`;
  return { value: { faults: [], warnings: [] }, lines: [paint('green', line)] };
}

/** A preview looks every group up, too, and says what it finds. */
async function online(given: Given, document: string, checked: Checked<RulesDocument>): Promise<CommandResult> {
  return orFaults(async () => {
    const { body } = await given.api().call('POST', '/rules/preview', { body: { document } });
    if (!checked.ok) return faultsResult(checked.faults);
    const { rules } = checked.value;
    const { warnings, groups } = previewSchema.parse(body);
    const line = `The rules document is sound: ${counted(rules.length, 'rule')} for ${counted(groups.length, 'group')}.`;
    return { value: { faults: [], warnings }, lines: [paint('green', line), ...tellWarnings(warnings)] };
  });
}
