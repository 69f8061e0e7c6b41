import type { z } from 'zod';
import { badRequest } from './graph-error.ts';
import type { GraphContext } from './route.ts';

/** The request's body as the schema wants it; 400 Request_BadRequest otherwise. */
export function parseBody<T>(schema: z.ZodType<T>, context: GraphContext): T {
  const parsed = schema.safeParse(context.body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badRequest(`Invalid value specified for property '${issue?.path.join('.') ?? ''}': ${issue?.message ?? ''}`);
}

/** The value of a part of the path; the route's pattern promises that it is there. */
export function param(context: GraphContext, name: string): string {
  const value = context.params[name];
  if (value === undefined) throw new Error(`The route has no part named ${name}.`);
  return value;
}
