import { z } from 'zod';

const guid = z.guid().toLowerCase();
// As much of Entra ID's rules for user principal names as keeps odd input out of keys and queries: one @, no blanks,
// no separators of paths; `#EXT#` of guests is allowed.
const userPrincipalName = z
  .string()
  .max(113)
  .regex(/^[^\s@/\\?]+@[^\s@/\\?#]+$/);

/** A route parameter that must be an object id, in lower case; undefined when it is none. */
export function parseGuid(value: string | undefined): string | undefined {
  return guid.safeParse(value).data;
}

/** How a route names a user. */
export type UserKey = { readonly userId: string } | { readonly userPrincipalName: string };

/** A route parameter that is an object id or a user principal name; undefined when it is neither. */
export function parseUserKey(value: string | undefined): UserKey | undefined {
  const userId = parseGuid(value);
  if (userId !== undefined) return { userId };
  const name = userPrincipalName.safeParse(value).data;
  return name === undefined ? undefined : { userPrincipalName: name.toLowerCase() };
}

/** A W3C `traceparent` header if it is well-formed, so that a message can carry it on. */
export function parseTraceparent(value: string | null): string | undefined {
  return value !== null && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value) ? value : undefined;
}
