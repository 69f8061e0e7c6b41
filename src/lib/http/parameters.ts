import { z } from 'zod';
import type { MembershipChange } from '../model/membership-change.ts';
import type { UserKey } from '../model/user-key.ts';

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

/** A route parameter that is an object id or a user principal name; undefined when it is neither. */
export function parseUserKey(value: string | undefined): UserKey | undefined {
  const userId = parseGuid(value);
  if (userId !== undefined) return { userId };
  const name = userPrincipalName.safeParse(value).data;
  return name === undefined ? undefined : { userPrincipalName: name.toLowerCase() };
}

/** A membership to try out, as `joined:{groupId}` or `left:{groupId}`; undefined when it is neither. */
export function parseMembershipChange(value: string): MembershipChange | undefined {
  const [, kind, id] = /^(joined|left):(.+)$/.exec(value) ?? [];
  const groupId = parseGuid(id);
  return groupId !== undefined && (kind === 'joined' || kind === 'left') ? { kind, groupId } : undefined;
}

/** A W3C `traceparent` header if it is well-formed, so that a message can carry it on. */
export function parseTraceparent(value: string | null): string | undefined {
  return value !== null && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value) ? value : undefined;
}

/** A number of a rules version, from 1 on; undefined when it is none. */
export function parseVersion(value: string): number | undefined {
  return /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;
}

/** The ETag of a rules version. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

/** The version that an `If-Match` header names; `"0"` is before the first. Undefined when it is not one ETag of ours. */
export function parseVersionTag(value: string): number | undefined {
  const number = /^"(\d{1,9})"$/.exec(value.trim())?.[1];
  return number === undefined ? undefined : Number(number);
}
