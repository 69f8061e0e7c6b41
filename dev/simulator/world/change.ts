import type { DirectoryGroup, DirectoryUser } from './directory-object.ts';

/** What kind of object a membership names; the simulated directory holds users and groups. */
export type MemberType = 'user' | 'group';

/** One thing that can happen to a directory, before it has a place in the log. */
export type Mutation =
  | { kind: 'userCreated' | 'userUpdated'; userId: string; properties: Partial<DirectoryUser> }
  | { kind: 'userDeleted' | 'userRestored' | 'userPurged'; userId: string }
  | { kind: 'groupCreated' | 'groupUpdated'; groupId: string; properties: Partial<DirectoryGroup> }
  | { kind: 'groupDeleted' | 'groupRestored' | 'groupPurged'; groupId: string }
  | { kind: 'memberAdded' | 'memberRemoved'; groupId: string; memberId: string; memberType: MemberType };

/**
 * One entry of a directory's change log: `seq` counts from 1 without gaps, `at` is the simulated time in
 * milliseconds since the epoch. A purge takes the object's memberships with it and says so in no other entry.
 */
export type DirectoryChange = { seq: number; at: number } & Mutation;
