import type { DirectoryUser } from '../world/directory-object.ts';
import { SAMPLE_GROUP_NAMES, SAMPLE_GROUPS, type SampleGroupName } from './sample-groups.ts';
import type { SamplePeople } from './sample-users.ts';

/** Direct members of each named group: users by what they are, groups by name. */
export function sampleMemberships(people: SamplePeople): readonly (readonly [groupId: string, memberIds: string[]])[] {
  const ids = (users: readonly DirectoryUser[]): string[] => users.map(({ id }) => id);
  const department = (name: string): readonly DirectoryUser[] =>
    people.members.filter((user) => user.department === name);
  const every = (step: number, users: readonly DirectoryUser[], from = 0): DirectoryUser[] =>
    users.filter((_, index) => index % step === from);
  const engineers = department('Engineering');
  const finance = department('Finance');
  const sales = department('Sales');
  const members: Record<SampleGroupName, string[]> = {
    allStaff: [SAMPLE_GROUPS.engineering.id, SAMPLE_GROUPS.finance.id, SAMPLE_GROUPS.sales.id],
    engineering: [...ids(engineers), SAMPLE_GROUPS.platform.id, SAMPLE_GROUPS.dataScience.id],
    platform: [...ids(every(4, engineers)), SAMPLE_GROUPS.platformOnCall.id],
    platformOnCall: [...ids(every(20, engineers, 1)), SAMPLE_GROUPS.engineering.id],
    dataScience: ids(department('Data')),
    finance: ids(finance),
    paymentsCreate: ids(every(3, finance)),
    paymentsApprove: ids(every(3, finance, 1)),
    sales: ids(sales),
    warehouse: ids(department('Warehouse')),
    assist: ids([...every(5, sales), ...every(10, engineers, 2), people.disabled, people.withoutMail]),
    partners: ids([...people.guests, ...people.members.slice(0, 2)]),
    germanSpeakers: ids(people.members.filter((user) => user.preferredLanguage === 'de-DE')),
    launchTeam: ids([...every(25, people.members), ...people.guests.slice(0, 1)]),
    board: ids(every(40, people.members)),
    newsletter: ids(every(2, people.members)),
  };
  // Entra ID holds a membership once, however it was come by.
  return SAMPLE_GROUP_NAMES.map((name) => [SAMPLE_GROUPS[name].id, [...new Set(members[name])]]);
}
