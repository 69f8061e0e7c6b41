import { textTable } from '../command-line/text-table.ts';
import { paint } from '../start/paint.ts';
import type { ExplainedEntitlement, ExplanationAnswer, TriedOut } from './explanation-answer.ts';
import { tellExceptions } from './tell-exceptions.ts';
import { tellNamedGroups } from './tell-named-groups.ts';
import { tellClosedWay, tellHeld, tellTaken, tellWhyNot } from './tell-why.ts';
import { tellConflict, tellDifference, tellEntitlement, tellUser } from './words.ts';

/** An explanation for people: what is held and by which way, what is not in effect, and what would be if. */
export function tellExplanation(answer: ExplanationAnswer, all: boolean): readonly string[] {
  const { triedOut } = answer;
  return [
    paint('bold', tellUser(answer)),
    `  ${tellHead(answer)}`,
    ...tellEntitlements(answer, all),
    ...tellNamedGroups(answer, answer.entitlements, all),
    ...section(
      'Conflicts',
      answer.conflicts.map((one) => `  ${tellConflict(one)}`),
    ),
    ...section('Exceptions', tellExceptions(answer.exceptions)),
    ...tellNotes(answer, all),
    ...(triedOut === undefined ? [] : tellTriedOut(triedOut, answer)),
  ];
}

/** Entitlements that are held, those that something takes, and how many, or why, not the others. */
export function tellEntitlements(
  {
    entitlements,
    memberships = [],
    state,
  }: Pick<ExplanationAnswer, 'entitlements' | 'state'> & Partial<ExplanationAnswer>,
  all: boolean,
): readonly string[] {
  const held = entitlements.filter((one) => one.held !== undefined);
  const taken = entitlements.filter((one) => one.held === undefined && (one.given.length > 0 || one.taken.length > 0));
  const absent = entitlements.filter((one) => one.held === undefined && !taken.includes(one));
  const title =
    state === 'suspended' ? 'Given, and not in effect while the account is disabled' : 'Given and not in effect';
  const rows = absent.map((one) => [tellEntitlement(one), paint('dim', tellWhyNot(one))]);
  return [
    ...section('Has', held.length > 0 ? held.flatMap((one) => tellHeld(one, memberships)) : ['  nothing']),
    ...section(
      title,
      taken.flatMap((one) => tellHeld(one, memberships)),
    ),
    ...(all
      ? section('Does not have, because', rows.length > 0 ? textTable(rows) : [])
      : absent.length > 0
        ? ['', `Does not have ${absent.length} others: --all says why`]
        : []),
  ];
}

/** One entitlement with every condition (`--why-not`). */
export function tellOneEntitlement(answer: ExplanationAnswer, entitlement: ExplainedEntitlement): readonly string[] {
  const { held, taken, closed } = entitlement;
  const name = tellEntitlement(entitlement);
  if (held !== undefined) {
    const lines = tellHeld(entitlement, answer.memberships);
    return [`${tellUser(answer)} has it:`, ...lines, ...tellNamedGroups(answer, [entitlement], false)];
  }
  return [
    `${tellUser(answer)} does not have ${paint('bold', name)}: ${tellWhyNot(entitlement)}.`,
    ...tellTaken(taken),
    ...(closed.length > 0 ? ['Ways to it:', ...closed.map((way) => `  ${tellClosedWay(way)}`)] : []),
    ...tellNamedGroups(answer, [entitlement], true),
  ];
}

const bases: Readonly<Record<ExplanationAnswer['basis'], string>> = {
  record: 'recorded',
  directory: 'not recorded; as the directory shows it now',
  nothing: 'not recorded, and unknown to the directory',
};

function tellHead({ account, basis, state, upToDate, rulesVersion, directory }: ExplanationAnswer): string {
  const pending = account?.pendingSince === undefined ? '' : ` (held since ${account.pendingSince})`;
  return [
    account === undefined ? 'account unknown' : `account ${account.state}${pending}, ${account.type}`,
    `${bases[basis]}, ${state}`,
    ...(upToDate ? [] : [paint('yellow', 'the record is being brought up to date')]),
    ...(directory === 'unreachable' ? [paint('yellow', 'the directory is out of reach: ways are unknown')] : []),
    `rules version ${rulesVersion}`,
  ].join(' · ');
}

const notes: Readonly<Record<ExplanationAnswer['notes'][number]['note'], string>> = {
  noMail: 'the account has no mail address; it is reconciled all the same',
  groupEmpty: 'nobody is recorded in it',
  groupMissing: 'it does not answer, so what is recorded of it stays',
  groupDeleted: 'it is deleted, so what is recorded of it stays until a person approves its hold',
  groupHidden: 'it hides its members: until the permission Member.Read.Hidden is granted, what is recorded of it stays',
};

/** Of groups that give nothing to the user only when everything is told. */
function tellNotes(answer: ExplanationAnswer, all: boolean): readonly string[] {
  const giving = answer.entitlements.flatMap(({ given }) => given.map(({ source }) => source.groupId));
  const told = answer.notes.filter(({ groupId }) => all || groupId === undefined || giving.includes(groupId));
  return section(
    'Notes',
    told.map((note) => `  ${tellNote(note, answer)}`),
  );
}

function tellNote({ note, groupId }: ExplanationAnswer['notes'][number], answer: ExplanationAnswer): string {
  return groupId === undefined ? notes[note] : `${groupName(groupId, answer)}: ${notes[note]}`;
}

function tellTriedOut(tried: TriedOut, answer: ExplanationAnswer): readonly string[] {
  const name = groupName(tried.groupId, answer);
  const title = `If the user ${tried.kind} ${name}`;
  if (!tried.watched) return section(title, ['  nothing: no rule maps it, nor a group that contains it']);
  if (tried.moot !== undefined) return section(title, [`  nothing: ${tellMoot(tried, answer)}`]);
  const difference = tellDifference(tried, true).map((line) => `  ${line}`);
  return section(title, [
    ...(difference.length > 0 ? difference : ['  nothing would change']),
    ...tried.heldBy.map((id) => paint('yellow', `  The loss would be held for a person: ${groupName(id, answer)}.`)),
    ...(tried.exact
      ? []
      : [paint('yellow', '  At most: the directory is out of reach, and other ways may lead there.')]),
  ]);
}

function tellMoot({ moot, groupId }: TriedOut, { memberships }: ExplanationAnswer): string {
  if (moot === 'alreadyDirect') return 'the user is directly in it already';
  const way = memberships.find((one) => one.groupId === groupId)?.path?.at(-2);
  return way === undefined
    ? 'the user is not directly in it'
    : `the user is not directly in it, but through ${way.displayName}`;
}

/** The name of a group as the explanation has it; the id of one that it does not name. */
function groupName(id: string, { groups }: ExplanationAnswer): string {
  return groups.find(({ groupId }) => groupId === id)?.displayName ?? id;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', paint('bold', title), ...lines];
}
