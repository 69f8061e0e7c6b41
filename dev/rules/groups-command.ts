import { textTable } from '../command-line/text-table.ts';
import { paint } from '../start/paint.ts';
import type { Command } from './command.ts';
import { heading } from './faults.ts';
import { groupsSchema } from './group-answers.ts';
import { tellKind } from './tell-named-groups.ts';
import { tellParts } from './words.ts';

const states: Readonly<Record<string, string>> = { hidden: 'hidden: Member.Read.Hidden is not granted' };

export const groupsCommand: Command = {
  usage: 'groups',
  summary: 'lists the mapped groups, and those that match a rule and wait for a person',
  async run(given) {
    const { body } = await given.api().call('GET', '/groups');
    const { groups, waiting } = groupsSchema.parse(body);
    const rows = groups.map(({ displayName, groupId, state, rules, membersManagedIn, ...what }) => [
      displayName,
      rules.map(({ ruleId, parts }) => `${ruleId}${tellParts(parts)}`).join(', '),
      tellKind(what),
      membersManagedIn ?? '',
      state === 'present' ? '' : paint('yellow', states[state] ?? state),
      groupId,
    ]);
    const waits = waiting.map((one) => [
      one.displayName,
      one.ruleId,
      tellKind(one),
      one.membersManagedIn,
      one.since,
      one.remedy,
      one.groupId,
    ]);
    const lines = [
      ...textTable([heading('group', 'rules', 'kind', 'members managed in', 'state', 'id'), ...rows]),
      ...(waits.length === 0
        ? []
        : [
            '',
            paint('yellow', 'Wait for a person'),
            ...textTable([heading('group', 'rule', 'kind', 'members managed in', 'since', 'do', 'id'), ...waits]),
          ]),
    ];
    return { value: body, lines };
  },
};
