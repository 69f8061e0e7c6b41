import { createHash } from 'node:crypto';

/** SHA-256 (hex) of a value's canonical JSON: how records and audit entries are hashed (docs/storage.md). */
export function canonicalHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** JSON without spaces, members sorted by name, absent members left out; nothing for an absent value. */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return '[' + value.map(canonicalJson).join() + ']';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = new Map<string, unknown>(Object.entries(value));
  const present = [...members.keys()].filter((name) => members.get(name) !== undefined).sort();
  return '{' + present.map((name) => `${JSON.stringify(name)}:${canonicalJson(members.get(name))}`).join() + '}';
}
