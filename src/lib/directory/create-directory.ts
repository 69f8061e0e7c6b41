import type { Clock, Directory } from '../ports.ts';
import { countMembers } from './count-members.ts';
import { readGroupsDelta, readUsersDelta } from './delta.ts';
import type { GraphClient } from './graph-client.ts';
import { listGroups } from './list-groups.ts';
import { listMembers } from './list-members.ts';
import { listUsers } from './list-users.ts';
import { findGroupsByName, isGroupDeleted, readGroups, suggestGroups } from './read-groups.ts';
import { readParents } from './read-parents.ts';
import { readUser } from './read-user.ts';
import { createSubscription, deleteSubscription, listSubscriptions, renewSubscription } from './subscriptions.ts';

/** The directory of one tenant through its Graph client. */
export function createDirectory(client: GraphClient, clock: Clock): Directory {
  return {
    readUser: (userId, options) => readUser({ client, clock }, userId, options),
    readGroups: (groupIds, priority) => readGroups(client, groupIds, priority),
    readParents: (groupIds, priority) => readParents(client, groupIds, priority),
    isGroupDeleted: (groupId) => isGroupDeleted(client, groupId),
    listMembers: (groupId, options) => listMembers(client, groupId, options),
    listUsers: (priority) => listUsers(client, priority),
    groupsDelta: (start) => readGroupsDelta(client, start),
    usersDelta: (start) => readUsersDelta(client, start),
    findGroupsByName: (displayName) => findGroupsByName(client, displayName),
    listGroups: (priority) => listGroups(client, priority),
    suggestGroups: (beginning) => suggestGroups(client, beginning),
    countMembers: (group) => countMembers(client, group),
    listSubscriptions: () => listSubscriptions(client),
    createSubscription: (wanted) => createSubscription(client, wanted),
    renewSubscription: (id, expirationDateTime) => renewSubscription(client, id, expirationDateTime),
    deleteSubscription: (id) => deleteSubscription(client, id),
  };
}
