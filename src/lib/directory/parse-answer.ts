import type { z } from 'zod';
import { IncompleteReadingError } from '../errors.ts';

/** Parses the body of a success. A body of another shape is an answer we cannot rely on: unknown, never empty. */
export function parseAnswer<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new IncompleteReadingError(`Microsoft Graph's answer to ${what} has an unexpected shape at '${path}'.`);
}
