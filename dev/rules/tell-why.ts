import { paint } from '../start/paint.ts';
import type { ClosedWay, ExplainedEntitlement, Membership } from './explanation-answer.ts';
import { tellEntitlement, tellScoped, tellScopes, tellSource } from './words.ts';

/** The sentences of an explanation about one entitlement. */

/** What is held in effect: its sources, each with the way there, and where it is taken. */
export function tellHeld(
  { held, given, taken, kind, id }: ExplainedEntitlement,
  memberships: readonly Membership[],
): readonly string[] {
  const waits =
    held?.pendingSince === undefined ? '' : paint('yellow', `, pending revocation since ${held.pendingSince}`);
  const head = paint('bold', held === undefined ? tellEntitlement({ kind, id }) : tellScoped(held));
  return [`  ${head}${waits}`, ...given.map((one) => `    ${tellGiven(one, memberships)}`), ...tellTaken(taken)];
}

/** Everything that is given and taken again, for example `outranked by role admin`. */
export function tellTaken(taken: ExplainedEntitlement['taken']): readonly string[] {
  return taken.map((loser) => {
    const sources = loser.sources.map(tellSource).join('; ');
    return paint('yellow', `    not${tellScopes(loser) || ' at all'}: ${tellBeaten(loser)} (given by ${sources})`);
  });
}

function tellBeaten({ reason, by }: ExplainedEntitlement['taken'][number]): string {
  switch (reason) {
    case 'outranked':
      return `outranked by role ${by}`;
    case 'denied':
      return `denied by exception ${by}`;
    case 'conflict':
      return `withheld by conflict rule ${by}`;
  }
}

function tellGiven(
  { source, scopes, exceptScopes }: ExplainedEntitlement['given'][number],
  memberships: readonly Membership[],
): string {
  const where = tellScopes(exceptScopes === undefined ? { scopes } : { scopes, exceptScopes });
  const membership = memberships.find(({ groupId }) => groupId === source.groupId);
  const way = source.origin === 'group' ? `: ${tellWay(membership, source.groupName ?? 'its group')}` : '';
  return `${tellSource(source)}${where}${way}`;
}

/** The way from the user to a mapped group. */
function tellWay(membership: Membership | undefined, name: string): string {
  if (membership === undefined) return `in ${name}`;
  const { path, since, pendingSince } = membership;
  const held = pendingSince === undefined ? '' : paint('yellow', `, gone since ${pendingSince} and held`);
  const way = path === undefined ? `${name} (way unknown)` : path.map(({ displayName }) => displayName).join(' → ');
  return `user → ${way}${paint('dim', ` (since ${since})`)}${held}`;
}

/** Why an entitlement is not held, in one sentence; of several ways the one that comes furthest. */
export function tellWhyNot(entitlement: ExplainedEntitlement): string {
  const { whyNot = '', taken, closed } = entitlement;
  const beaten = taken.find(({ reason }) => reason === whyNot);
  if (beaten !== undefined) return tellBeaten(beaten);
  const way = closed.find(({ failed }) => failed === whyNot);
  return way === undefined ? (ofAccount[whyNot] ?? whyNot) : tellClosedWay(way);
}

const ofAccount: Readonly<Record<string, string>> = {
  unknownAccount: 'nothing is known of the account',
  accountDeleted: 'the account is deleted',
  accountDisabled: 'the account is disabled',
  noRule: 'nothing gives it to anybody',
};

/** One way to an entitlement that leads nowhere, with the first condition that fails. */
export function tellClosedWay({ failed, ruleId = '?', groupName = 'its group', exceptionId = '?' }: ClosedWay): string {
  switch (failed) {
    case 'ruleOff':
      return `rule ${ruleId} is switched off`;
    case 'noGroup':
      return `rule ${ruleId} maps no group`;
    case 'groupOff':
      return `${groupName} is switched off (rule ${ruleId})`;
    case 'notMember':
      return `not a member of ${groupName} (rule ${ruleId})`;
    case 'notReadYet':
      return `${groupName}, or who is directly in it, is newly asked for and not read for this user yet (rule ${ruleId})`;
    case 'onlyNested':
      return `in ${groupName} through a nested group only; rule ${ruleId} wants direct members`;
    case 'guest':
      return `a guest; rule ${ruleId} gives guests nothing, or something else`;
    case 'notGuest':
      return `rule ${ruleId} gives it to guests only`;
    case 'notRecorded':
      return 'in no mapped group, so the default role is not given';
    case 'otherRole':
      return 'the default role is for those to whom nothing else gives a role';
    case 'closed':
      return `exception ${exceptionId} is closed`;
    case 'ended':
      return `exception ${exceptionId} has ended`;
    case 'notStarted':
      return `exception ${exceptionId} has not started`;
  }
}
