import type { Publication } from '../../src/lib/model/rules-version.ts';

/** Who stores a version, and under which operation. */
export function by(author: string, causeId = 'operation', special: Partial<Publication> = {}): Publication {
  return { author, causeId, ...special };
}
