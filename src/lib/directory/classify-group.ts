import { z } from 'zod';
import { AccessDeniedError } from '../errors.ts';
import type { GroupInfo, GroupKind } from '../model/directory.ts';
import { objectIdSchema } from './object-id.ts';

/** The permission that reads groups; the subscription on groups and deleted groups need this one. */
export const READ_GROUPS = 'Group.Read.All';
/** The permission that reads who is in a group with hidden membership. */
export const READ_HIDDEN = 'Member.Read.Hidden';

export const GROUP_SELECT =
  'id,displayName,groupTypes,mailEnabled,securityEnabled,isAssignableToRole,onPremisesSyncEnabled,visibility';

/** A group on the wire. */
export const groupSchema = z.object({
  id: objectIdSchema,
  displayName: z.string().nullish(),
  groupTypes: z.array(z.string()).nullish(),
  mailEnabled: z.boolean().nullish(),
  securityEnabled: z.boolean().nullish(),
  isAssignableToRole: z.boolean().nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
  visibility: z.string().nullish(),
});

/**
 * What the group is. Every group has a name and flags; where Graph gives none it hides them, and a group that answered so must
 * pass neither for known nor for gone.
 *
 * @throws AccessDeniedError naming the missing permission
 */
export function classifyGroup(group: z.infer<typeof groupSchema>): GroupInfo {
  const { displayName, groupTypes, mailEnabled, securityEnabled } = group;
  const isBlank = [displayName, groupTypes, mailEnabled, securityEnabled].some((value) => (value ?? null) === null);
  if (isBlank) {
    throw new AccessDeniedError(
      `Microsoft Graph gives groups without their properties: the application permission ${READ_GROUPS} is missing, or its consent is.`,
    );
  }
  return {
    id: group.id,
    displayName: displayName ?? '',
    kind: kindOf(group),
    dynamic: has(groupTypes, 'DynamicMembership'),
    onPremisesSynced: group.onPremisesSyncEnabled === true,
    roleAssignable: group.isAssignableToRole === true,
    // The documentation writes Hiddenmembership as well.
    hiddenMembership: group.visibility?.toLowerCase() === 'hiddenmembership',
  };
}

/** `Unified` first, then the mail and security flags (Graph reference, "Working with groups"). */
function kindOf({ groupTypes, mailEnabled, securityEnabled }: z.infer<typeof groupSchema>): GroupKind {
  if (has(groupTypes, 'Unified')) return 'microsoft365';
  if (securityEnabled !== true) return 'distribution';
  return mailEnabled === true ? 'mailEnabledSecurity' : 'security';
}

function has(types: readonly string[] | null | undefined, type: string): boolean {
  return types?.some((one) => one.toLowerCase() === type.toLowerCase()) === true;
}
