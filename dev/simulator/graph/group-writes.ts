import { z } from 'zod';
import type { DirectoryGroup } from '../world/directory-object.ts';
import { badRequest, notFound } from './graph-error.ts';
import { parseBody } from './parse-body.ts';
import type { GraphContext } from './route.ts';

const MAX_BOUND_MEMBERS = 20;

const bindSchema = z.object({ 'members@odata.bind': z.array(z.string()).max(MAX_BOUND_MEMBERS).default([]) });

/** The ids in `members@odata.bind`, of which one request may have 20. */
export function boundIds(context: GraphContext): string[] {
  return parseBody(bindSchema, context)['members@odata.bind'].map(idOfReference);
}

/** The object id at the end of an `@odata.id`; both `…/directoryObjects/{id}` and `…/users/{id}` are accepted. */
export function idOfReference(reference: string): string {
  const id = /\/(?:directoryObjects|users|groups)(?:\/|\(')([0-9a-fA-F-]{36})(?:'\))?$/.exec(reference)?.[1];
  if (id === undefined) throw badRequest(`Invalid URL format specified in @odata.bind or @odata.id: '${reference}'.`);
  return id.toLowerCase();
}

/**
 * Groups owned by Exchange, a rule or an on-premises directory cannot be changed through Graph (Graph, "Working with
 * groups"); `what` is what the caller is about to change. The switch `readOnlyGroups` turns this off.
 */
export function refuseOwnedElsewhere(
  context: GraphContext,
  group: DirectoryGroup,
  what: 'properties' | 'members',
): void {
  if (!context.world.control.settings.readOnlyGroups) return;
  if (group.onPremisesSyncEnabled === true) {
    throw badRequest(
      'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
    );
  }
  if (group.mailEnabled && !group.groupTypes.includes('Unified')) {
    throw badRequest('Cannot Update a mail-enabled security groups and or distribution list.');
  }
  if (what === 'members' && group.groupTypes.includes('DynamicMembership')) {
    throw badRequest('Insufficient privileges to update the membership of a dynamic group.');
  }
}

/** Adds direct members after checking all of them; one that is there already refuses the whole request. */
export function addMembers(context: GraphContext, groupId: string, memberIds: readonly string[]): void {
  const { directory } = context.tenant;
  const group = directory.group(groupId);
  if (group === undefined) throw notFound(groupId);
  if (memberIds.length > 0) refuseOwnedElsewhere(context, group, 'members');
  const additions = memberIds.map((memberId) => {
    const memberType = directory.isDeleted(memberId) ? undefined : directory.memberType(memberId);
    if (memberType === undefined) throw notFound(memberId);
    if (memberType === 'group') refuseNesting(group, memberId);
    if (directory.hasMember(groupId, memberId)) {
      throw badRequest(
        "One or more added object references already exist for the following modified properties: 'members'.",
      );
    }
    return { kind: 'memberAdded', groupId: group.id, memberId, memberType } as const;
  });
  for (const addition of additions) directory.apply(addition);
}

function refuseNesting(group: DirectoryGroup, memberId: string): void {
  if (group.groupTypes.includes('Unified')) throw badRequest('Unified groups cannot have groups as members.');
  if (group.isAssignableToRole === true) throw badRequest('Role-assignable groups cannot have groups as members.');
  if (group.id === memberId) throw badRequest('A group cannot be a member of itself.');
}
