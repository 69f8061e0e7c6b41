import { SAMPLE_GROUP_NAMES, SAMPLE_GROUPS } from '../simulator/sample/sample-groups.ts';
import type { Directory } from '../simulator/world/directory.ts';
import type { Crowd, GroupName, Person } from './steps.ts';

/** Who plays whom, and which group is which: ids. Guest and squad get theirs when they come on stage. */
export interface Cast {
  readonly people: Map<Person, string>;
  readonly crowds: ReadonlyMap<Crowd, readonly string[]>;
  readonly groups: Map<GroupName, string>;
}

/** How many sales people are removed one by one: half of the department. */
const half = 20;
/** Groups that would give people more than their part in the story. */
const otherParts: readonly string[] = [
  SAMPLE_GROUPS.assist.id,
  SAMPLE_GROUPS.launchTeam.id,
  SAMPLE_GROUPS.board.id,
  SAMPLE_GROUPS.partners.id,
  SAMPLE_GROUPS.platform.id,
  SAMPLE_GROUPS.platformOnCall.id,
];

/** Casts the story from the sample tenant: people who are in no group but the one their part needs. */
export function castStory(directory: Directory): Cast {
  const available = [...directory.users()].filter(
    ({ id, accountEnabled }) =>
      accountEnabled && !directory.directGroupsOf(id).some((group) => otherParts.includes(group)),
  );
  const of = (name: string): readonly string[] =>
    available.filter(({ department }) => department === name).map(({ id }) => id);
  const [newcomer = '', latecomer = '', nested = '', alsoNested = ''] = of('People');
  const [mover = ''] = of('Engineering');
  const [seller = '', ...sellers] = of('Sales');
  // A suspended account holds nothing in effect, so it has no part.
  const enabled = (groupId: string): readonly string[] =>
    directory.directMembers(groupId).filter((id) => directory.user(id)?.accountEnabled === true);
  return {
    people: new Map<Person, string>([
      ['newcomer', newcomer],
      ['latecomer', latecomer],
      ['nested', nested],
      ['alsoNested', alsoNested],
      ['mover', mover],
      ['seller', seller],
    ]),
    crowds: new Map<Crowd, readonly string[]>([
      ['assistants', enabled(SAMPLE_GROUPS.assist.id)],
      ['creators', enabled(SAMPLE_GROUPS.paymentsCreate.id)],
      ['halfOfSales', sellers.slice(0, half)],
    ]),
    groups: new Map<GroupName, string>(SAMPLE_GROUP_NAMES.map((name) => [name, SAMPLE_GROUPS[name].id])),
  };
}

/** The ids behind a part; none while nobody plays it yet. */
export function idsOf({ people, crowds }: Cast, who: Person | Crowd): readonly string[] {
  const parts = new Map<Person | Crowd, readonly string[]>([
    ...[...people].map(([person, id]): [Person, readonly string[]] => [person, [id]]),
    ...crowds,
  ]);
  return parts.get(who) ?? [];
}

/** The id of a person or group that is on stage. */
export function idOf<Name>(ids: ReadonlyMap<Name, string>, name: Name): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`${String(name)} is not on stage.`);
  return id;
}
