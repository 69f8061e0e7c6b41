import { textTable } from '../command-line/text-table.ts';
import { quoted } from '../command-line/quoted.ts';
import { paint } from '../start/paint.ts';
import type { Preview, UserPreview } from './answers.ts';
import { heading, tellWarnings } from './faults.ts';
import { tellGroups } from './tell-groups.ts';
import { counted, tellConflict, tellDifference, tellUser } from './words.ts';

/** Most users of each kind that are told unless all are wanted. */
const maxTold = 20;

export interface PreviewTelling {
  /** As it was typed, for the command to type next. */
  readonly file: string;
  readonly all: boolean;
  /** Groups to let in, as they were typed. */
  readonly admit?: string | undefined;
  /** Options of the connection, to be typed again. */
  readonly again: string;
}

/** A preview for people: groups, numbers, who loses and gains what, what is odd, and what to type next. */
export function tellPreview(preview: Preview, telling: PreviewTelling): readonly string[] {
  const { users, warnings } = preview;
  const losers = users.filter(({ loses }) => loses);
  const gainers = users.filter(({ loses, gains }) => gains && !loses);
  const others = users.filter(({ loses, gains }) => !gains && !loses);
  return [
    tellHead(preview, telling.file),
    ...tellGroups(preview),
    '',
    tellCounts(preview),
    ...tellUsers('Lose something', losers, telling),
    ...tellUsers('Only gain something', gainers, telling),
    ...tellOthers(others, telling),
    ...tellConflicts(users, telling),
    ...tellRules(preview),
    ...tellWarnings(warnings),
    '',
    ...tellNext(preview, telling),
  ];
}

function tellHead({ activeVersion, fresh }: Preview, file: string): string {
  const against = activeVersion === 0 ? 'no rules are in force yet' : `against version ${activeVersion}`;
  const basis = fresh ? 'on recorded facts and the members of new groups' : 'on recorded facts';
  return paint('bold', `${file}: ${against}, ${basis}`);
}

/** The numbers of a preview on one line. */
export function tellCounts({ counts }: Preview): string {
  const { recorded, losers, gainers, affected, withNewConflicts } = counts;
  const lose = `${counted(losers, 'loses', 'lose')} something`;
  const gain = `${counted(gainers, 'gains', 'gain')} something`;
  return [
    `${counted(recorded, 'user')} recorded`,
    losers > 0 ? paint('red', lose) : lose,
    gainers > 0 ? paint('green', gain) : gain,
    `${affected} affected`,
    counted(withNewConflicts, 'new conflict'),
  ].join(' · ');
}

function tellUsers(title: string, users: readonly UserPreview[], { all }: PreviewTelling): readonly string[] {
  if (users.length === 0) return [];
  const told = all ? users : users.slice(0, maxTold);
  return [
    '',
    paint('bold', `${title} (${users.length})`),
    ...told.flatMap((user) => [`  ${tellUser(user)}${tellState(user)}`, ...tellDifference(user, all).map(indented)]),
    ...(told.length < users.length ? [`  and ${users.length - told.length} more: --all tells them, --json too`] : []),
  ];
}

/** Users who hold the same as before, by other rules. */
function tellOthers(users: readonly UserPreview[], telling: PreviewTelling): readonly string[] {
  const title = 'Keep everything, for other reasons';
  if (telling.all || users.length === 0) return tellUsers(title, users, telling);
  return ['', `${title}: ${counted(users.length, 'user')} (--all tells them)`];
}

function tellState({ stateBefore, state }: UserPreview): string {
  if (stateBefore === undefined) return paint('dim', ' not recorded yet');
  if (stateBefore !== state) return `: ${stateBefore} → ${state}`;
  return state === 'active' ? '' : `: ${state}`;
}

function tellConflicts(users: readonly UserPreview[], { all }: PreviewTelling): readonly string[] {
  const found = users.flatMap((user) =>
    user.newConflicts.map((conflict) => `  ${tellUser(user)}: ${tellConflict(conflict)}`),
  );
  if (found.length === 0) return [];
  const told = all ? found : found.slice(0, maxTold);
  const more = told.length < found.length ? [`  and ${found.length - told.length} more: --all tells them`] : [];
  return ['', paint('yellow', `New conflicts (${found.length})`), ...told, ...more];
}

/** What is odd about a rule; one that decides is not, nor one of whose groups nothing is known yet. */
const oddities: Readonly<Partial<Record<Preview['rules'][number]['effect'], string>>> = {
  neverDecides: 'never decides anything: others give the same, or something stronger',
  nobody: 'gives something to nobody',
  noGroup: 'maps no group',
  off: 'is switched off, or its groups are',
};

/** Rules that match nothing or never decide anything (R7). */
function tellRules({ rules }: Preview): readonly string[] {
  const rows = rules.flatMap(({ ruleId, users, effect }) => {
    const oddity = oddities[effect];
    return oddity === undefined ? [] : [[ruleId, users, oddity]];
  });
  if (rows.length === 0) return [];
  return ['', paint('yellow', 'Rules without effect'), ...textTable([heading('rule', 'users', 'what'), ...rows])];
}

function tellNext(preview: Preview, { file, admit, again }: PreviewTelling): readonly string[] {
  const { counts, complete, activeVersion } = preview;
  const isWhole = !lacksMembers(preview);
  // The number is always right to say: activation is refused when it is another one by then.
  const losers = isWhole && counts.losers > 0 ? ` --losers ${counts.losers}` : '';
  const typed = `${quoted(file)}${admit === undefined ? '' : ` --admit ${quoted(admit)}`}`;
  return [
    ...(complete ? [] : ['The list is cut at 1,000 users of each kind; the numbers are complete.']),
    ...(isWhole
      ? []
      : [
          'Groups marked new are not read yet. They give, and may take: by stronger roles, conflicts or instead of the default role.',
          `To see that first:  npm run rules -- preview ${typed} --fresh${again}`,
        ]),
    `To put it in force:  npm run rules -- activate ${typed}${losers} --if-version ${activeVersion}${again}`,
  ];
}

/** True when activation will read groups that this preview did not. */
export function lacksMembers({ fresh, groups }: Preview): boolean {
  return !fresh && groups.some(({ unread }) => unread !== undefined);
}

function indented(line: string): string {
  return `    ${line}`;
}
