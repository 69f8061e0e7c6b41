import type { AccessRecord } from '../model/access.ts';
import type { Facts, Spell } from '../model/facts.ts';
import type { DesiredRecord, ModifiedProperty } from '../model/plan.ts';
import { compareText } from './unite.ts';

/**
 * What of the record changes, as before/after pairs in a stable order; empty when nothing does. An out that is remembered only
 * for the replication lag, and the number of a rules document that decides the same, are no differences.
 */
export function modifiedProperties(
  recorded: AccessRecord | undefined,
  desired: DesiredRecord,
): readonly ModifiedProperty[] {
  const before = recorded ? flatten(recorded) : new Map<string, string>();
  const after = flatten(desired);
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort(compareText)
    .filter((name) => before.get(name) !== after.get(name))
    .map((displayName) => ({
      displayName,
      oldValue: before.get(displayName) ?? null,
      newValue: after.get(displayName) ?? null,
    }));
}

function flatten(record: DesiredRecord | AccessRecord): ReadonlyMap<string, string> {
  const { identity } = record;
  const pairs: [string, string | undefined][] = [
    ['state', record.state],
    ['identity.displayName', identity.displayName],
    ['identity.userPrincipalName', identity.userPrincipalName],
    ['identity.mail', identity.mail],
    ['losers', listText(record.losers)],
    ['conflicts', listText(record.conflicts)],
    ...record.assignments.map((assignment): [string, string] => [
      `assignments.${assignment.kind}.${assignment.id}`,
      JSON.stringify(assignment),
    ]),
    ...factPairs(record.facts),
  ];
  return new Map(pairs.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function factPairs(facts: Facts): readonly [string, string | undefined][] {
  const { account } = facts;
  return [
    ['facts.account.state', account && pendingText(account.state, account.pendingSince)],
    ['facts.account.type', account?.type],
    ...Object.entries(facts.groups).flatMap(([groupId, fact]): [string, string | undefined][] => [
      [`facts.groups.${groupId}.member`, spellText(fact.member)],
      [`facts.groups.${groupId}.direct`, fact.direct && spellText(fact.direct)],
    ]),
  ];
}

/** `since` counts: a fact that was lost and won again is another fact. */
function spellText(spell: Spell): string | undefined {
  return spell.in ? pendingText(`in since ${spell.since}`, spell.pendingSince) : undefined;
}

function pendingText(text: string, pendingSince: string | undefined): string {
  return pendingSince === undefined ? text : `${text}, pending revocation since ${pendingSince}`;
}

function listText(list: readonly unknown[]): string | undefined {
  return list.length === 0 ? undefined : JSON.stringify(list);
}
