import { createHash } from 'node:crypto';

/**
 * A version 4 GUID that depends only on the name, so that every start, machine and document agrees on the ids of the
 * sample tenant and adding one object changes no other.
 */
export function sampleId(name: string): string {
  const hex = createHash('sha256').update(`rolecall-sample|${name}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
