import { z } from 'zod';
import { AccessDeniedError } from '../errors.ts';
import type { Identity } from '../model/access.ts';
import type { UserEntry } from '../model/directory.ts';
import type { AccountType } from '../model/facts.ts';
import { objectIdSchema } from './object-id.ts';

/** What is read of a user; `accountEnabled` and `userType` only come when selected (Graph reference, "user"). */
export const USER_SELECT = 'id,accountEnabled,userType,displayName,userPrincipalName,mail';

/** A user on the wire. Properties that are null or missing are unknown: never set, or not ours to read. */
export const userSchema = z.object({
  id: objectIdSchema,
  accountEnabled: z.boolean().nullish(),
  userType: z.string().nullish(),
  displayName: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  mail: z.string().nullish(),
});

export type WireUser = z.infer<typeof userSchema>;

/** The permission that reads users. */
export const READ_USERS = 'User.Read.All';

/** Attributes for people; empty ones are left out. */
export function identityOf({ displayName, userPrincipalName, mail }: WireUser): Identity {
  return {
    ...(displayName ? { displayName } : {}),
    ...(userPrincipalName ? { userPrincipalName } : {}),
    ...(mail ? { mail } : {}),
  };
}

/** No type beside a readable `accountEnabled` is an old member account; beside an unreadable one it is unknown. */
export function accountTypeOf({ userType, accountEnabled }: WireUser): AccountType | undefined {
  if (userType === 'Member') return 'member';
  if (userType === 'Guest') return 'guest';
  const isNeverSet = (userType ?? undefined) === undefined && typeof accountEnabled === 'boolean';
  return isNeverSet ? 'member' : undefined;
}

export function toUserEntry(user: WireUser): UserEntry {
  const userType = accountTypeOf(user);
  return {
    id: user.id,
    ...identityOf(user),
    ...(typeof user.accountEnabled === 'boolean' ? { accountEnabled: user.accountEnabled } : {}),
    ...(userType === undefined ? {} : { userType }),
  };
}

/**
 * Every user has a principal name and an account state; where Graph gives neither, it hides them (Graph reference, "Limited
 * information returned for inaccessible member objects"), and blanks must not be taken for values (A25).
 *
 * @throws AccessDeniedError naming the missing permission
 */
export function assertReadable(user: WireUser): void {
  const isBlank = (user.userPrincipalName ?? undefined) === undefined && typeof user.accountEnabled !== 'boolean';
  if (!isBlank) return;
  throw new AccessDeniedError(
    `Microsoft Graph gives users without their properties: the application permission ${READ_USERS} is missing, or its consent is.`,
  );
}
