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
    'Shape and meaning are looked at here, so it works in the checks of any repository; groups only with --online,',
    'and where they can not be looked up, what is wrong with shape and meaning is told all the same.',
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

/** A preview looks every group up, too, and says what it finds. Where it can't be asked, what was found here is told. */
async function online(given: Given, document: string, checked: Checked<RulesDocument>): Promise<CommandResult> {
  const work = async (): Promise<CommandResult> => {
    const { body } = await given.api().call('POST', '/rules/preview', { body: { document } });
    const { warnings, groups } = previewSchema.parse(body);
    if (!checked.ok) return faultsResult(checked.faults);
    const { rules } = checked.value;
    const line = `The rules document is sound: ${counted(rules.length, 'rule')} for ${counted(groups.length, 'group')}.`;
    return { value: { faults: [], warnings }, lines: [paint('green', line), ...tellWarnings(warnings)] };
  };
  return orFaults(work, checked.ok ? [] : checked.faults);
}
