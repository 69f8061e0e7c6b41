import { paint } from '../start/paint.ts';
import type { OneUserAnswer } from './explanation-answer.ts';
import { tellWarnings } from './faults.ts';
import { tellEntitlements } from './tell-explanation.ts';
import { tellKind } from './tell-named-groups.ts';
import { counted, tellConflict, tellDifference, tellUser } from './words.ts';

/** A document tried on one user, for people: groups seen, what changes, and what then comes from where (R11). */
export function tellOneUser(answer: OneUserAnswer, file: string, all: boolean): readonly string[] {
  const { groups, otherGroups, rulesWait, changes, explanation, warnings } = answer;
  const difference = changes === undefined ? [] : tellDifference(changes, all).map((line) => `  ${line}`);
  const conflicts = changes?.newConflicts.map((one) => paint('yellow', `  ! ${tellConflict(one)}`)) ?? [];
  const changed = [...difference, ...conflicts];
  return [
    paint('bold', `${file} for ${tellUser(answer)}, read just now: ${tellAccount(answer)}`),
    '',
    paint('bold', 'In the groups'),
    ...groups.map((group) => `  ${tellGroup(group)}`),
    `  ${groups.length === 0 ? 'none that it maps; ' : 'and '}${counted(otherGroups, 'other')} that it does not map`,
    '',
    paint('bold', 'Changes'),
    ...(rulesWait ? [paint('yellow', waiting)] : []),
    ...(changed.length > 0 ? changed : ['  nothing']),
    ...tellEntitlements(explanation, all),
    ...tellWarnings(warnings),
  ];
}

const waiting =
  '  The directory does not tell which groups the user is in: what groups gave so far holds, and new ones wait for a reading.';

function tellGroup({
  displayName,
  groupId,
  direct,
  membersManagedIn,
  ...what
}: OneUserAnswer['groups'][number]): string {
  const kind = what.kind === undefined ? '' : `: ${tellKind(what)}`;
  const where = membersManagedIn === undefined ? '' : `; its members are managed in: ${membersManagedIn}`;
  return `${displayName}${tellDirect(direct)}${kind}${where} ${paint('dim', groupId)}`;
}

function tellDirect(direct: boolean | undefined): string {
  return direct === undefined ? '' : direct ? ' (directly)' : ' (through another group)';
}

function tellAccount({ directory, accountEnabled, userType }: OneUserAnswer): string {
  switch (directory) {
    case 'deleted':
      return 'deleted';
    case 'group':
      return 'a group, not a user';
    case 'absent':
      return 'unknown to the directory';
    case 'found': {
      const state = accountEnabled === undefined ? 'account unknown' : accountEnabled ? 'enabled' : 'disabled';
      return `${state} ${userType ?? ''}`.trimEnd();
    }
  }
}
