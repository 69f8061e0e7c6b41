import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';

/** An object id as Graph gives it, in lower case. */
export const objectIdSchema = z.guid().toLowerCase();

/** An id that may go into a URL or a filter, in lower case. Throws InvalidInputError for anything but a GUID. */
export function objectId(value: string): string {
  const parsed = objectIdSchema.safeParse(value);
  if (!parsed.success) throw new InvalidInputError('An id of a directory object is not a GUID.');
  return parsed.data;
}
