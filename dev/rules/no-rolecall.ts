import { z } from 'zod';

/** What answers may be something else, or another version of it; what its answer looks like is no use to anybody. */
export function asTold(error: unknown): unknown {
  if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) return error;
  return new Error('What answers is no Rolecall, or another version of it: look at --url, or at --settings.', {
    cause: error,
  });
}
