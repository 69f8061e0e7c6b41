import { sampleGroups, sampleProjects } from './sample/sample-groups.ts';
import { sampleMemberships } from './sample/sample-memberships.ts';
import { samplePeople, type SamplePeople } from './sample/sample-users.ts';
import type { DirectorySeed } from './world/directory.ts';

/** Ids of the sample tenant and its app registrations; settings samples and documents name them. */
export const SAMPLE_TENANT = {
  tenantId: '5d3c2f1e-0a4b-4c6d-8e7f-102938475665',
  displayName: 'Contoso (sample)',
  /** Rolecall's own app registration. */
  clientId: '7a1b9c3d-2e4f-4a5b-8c6d-7e8f90a1b2c3',
  /** An administrator's app with write permissions: the command line and the story change the directory with it. */
  adminClientId: '9c3dbe5f-4061-4c7d-8e8f-90a1b2c3d4e5',
} as const;

/** How many groups the best-connected user of the sample is in, directly. */
export const SAMPLE_MANY_GROUPS = 300;

/** The sample directory and its notable people. */
export interface SampleDirectory {
  readonly seed: DirectorySeed;
  readonly people: SamplePeople;
}

/**
 * About 200 users and 16 groups of every kind that Graph shows, plus small project groups. The groups and their members
 * are listed in sample/sample-groups.ts. Equal at every call, on every machine.
 */
export function sampleDirectory(): SampleDirectory {
  const people = samplePeople();
  const named = sampleMemberships(people);
  const manyId = people.inManyGroups.id;
  const alreadyIn = named.filter(([, memberIds]) => memberIds.includes(manyId)).length;
  const projects = sampleProjects(SAMPLE_MANY_GROUPS - alreadyIn);
  const projectMembers = projects.map(({ id }, index): readonly [string, string[]] => {
    const companion = people.members[1 + (index % (people.members.length - 1))];
    return [id, companion === undefined ? [manyId] : [manyId, companion.id]];
  });
  return {
    people,
    seed: {
      users: [...people.members, ...people.guests],
      groups: [...sampleGroups(), ...projects],
      members: [...named, ...projectMembers],
    },
  };
}
