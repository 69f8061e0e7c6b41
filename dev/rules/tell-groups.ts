import { describeGroup } from '../../src/lib/model/group-description.ts';
import { textTable } from '../command-line/text-table.ts';
import { paint } from '../start/paint.ts';
import type { GroupPreview, Preview } from './answers.ts';
import { heading } from './faults.ts';
import { tellGroupKind, tellParts } from './words.ts';

/** Every group that would be mapped, with what it is, where its members are managed and, of a fresh preview, how they compare (E2, A17). */
export function tellGroups({ groups, unmappedGroups, fresh }: Preview): readonly string[] {
  const counts = fresh ? ['in directory', 'recorded', 'to add', 'to remove'] : [];
  const rows = groups.map((group) => [
    group.displayName,
    group.ruleIds.join(', ') + tellParts(group.parts),
    tellGroupKind(group.info),
    group.info === undefined ? '' : describeGroup(group.info).membersManagedIn,
    ...(fresh ? memberCounts(group) : []),
    stateOf(group),
    group.groupId,
  ]);
  const gone = unmappedGroups.map(({ displayName, groupId }) =>
    paint('red', `  mapped no more: ${displayName} (${groupId})`),
  );
  return [
    '',
    ...textTable([heading('group', 'rules', 'kind', 'members managed in', ...counts, 'state', 'id'), ...rows]),
    ...gone,
  ];
}

function memberCounts({ members }: GroupPreview): readonly (string | number)[] {
  if (members === undefined) return ['?', '?', '?', '?'];
  return [members.inDirectory, members.recorded, members.missing, members.unauthorized];
}

function stateOf({ state, unread }: GroupPreview): string {
  const news = unread === 'membership' ? ['new'] : unread === 'directness' ? ['new: direct members'] : [];
  const answers = state === 'unknown' ? ['does not answer'] : [];
  return [...answers, ...news].join(', ');
}
