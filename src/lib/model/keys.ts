/**
 * Keys of rows. A key holds only letters, digits and `. _ : @ -`, with `|` between its parts and `~` for the encoding, so that
 * it needs no escaping in a URL, a filter or a person's query. Table Storage forbids `/ \ # ?` and control characters and
 * orders keys by UTF-16 code unit (Microsoft Learn, "Understanding the Table service data model").
 */
import type { EntitlementKind } from './access.ts';

const unsafe = /[^A-Za-z0-9._:@-]/gu;
const safeKey = /^[A-Za-z0-9._:@|~-]{1,1000}$/;
const encodedBytes = /(?:~[0-9a-f]{2})+/g;

/** Digits of a revision, version or number inside a key: enough for a change every millisecond for thirty years. */
const width = 12;
const largest = 10 ** width - 1;

/** One part of a key: each unsafe character becomes `~` and two hex digits per UTF-8 byte. A lone surrogate becomes U+FFFD. */
export function encodeKey(text: string): string {
  return text.toWellFormed().replace(unsafe, (character) => {
    const bytes = [...new TextEncoder().encode(character)];
    return bytes.map((byte) => `~${byte.toString(16).padStart(2, '0')}`).join('');
  });
}

/** What `encodeKey` encoded. */
export function decodeKey(part: string): string {
  return part.replace(encodedBytes, (run) => {
    const bytes = run
      .slice(1)
      .split('~')
      .map((hex) => Number.parseInt(hex, 16));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  });
}

/** True for a whole key made of safe characters, not longer than a key may be. */
export function isSafeKey(key: string): boolean {
  return safeKey.test(key);
}

/** A number as it stands in a key: fixed width, so that keys sort as numbers do. */
export function fixedWidth(number: number): string {
  return String(number).padStart(width, '0');
}

/** A number so that the largest sorts first. */
export function reversed(number: number): string {
  return fixedWidth(largest - number);
}

/** The number that `reversed` put into a key. */
export function unreversed(part: string): number {
  return largest - Number(part);
}

/** Partition of everything that belongs to a tenant as a whole. */
export function tenantPartition(tenantId: string): string {
  return encodeKey(tenantId.toLowerCase());
}

/** Partition of one user in `access`. */
export function userPartition(tenantId: string, userId: string): string {
  return `${tenantPartition(tenantId)}|${userKey(userId)}`;
}

/** A user's id as a row key or a part of one. */
export function userKey(userId: string): string {
  return encodeKey(userId.toLowerCase());
}

/** Partition suffix of `assignments`: who has an entitlement in effect. */
export function entitlementPartition(kind: EntitlementKind, id: string): string {
  return `${kind}|${encodeKey(id)}`;
}

/** Partition suffix of `assignments`: recorded facts of one group. */
export function groupPartition(groupId: string): string {
  return `group|${encodeKey(groupId.toLowerCase())}`;
}

/** Partition suffix of `assignments`: recorded facts of every account. */
export const accountsPartition = 'accounts';

/** Partition suffix of `assignments`: user principal names in lower case. */
export const upnPartition = 'upn';
