import { GraphClientError } from '@microsoft/microsoft-graph-client';
import { middleware } from './step.ts';

/**
 * First link of the chain. The Graph client rebuilds every error but its own class and so loses what ours say; wrapped in
 * that class they arrive whole, and `uncarried` takes them out again.
 */
export function carryErrors() {
  return middleware(async (_context, next) => {
    try {
      await next();
    } catch (error) {
      const carrier = new GraphClientError();
      carrier.customError = error;
      throw carrier;
    }
  });
}

/** The error that was thrown inside the chain. */
export function uncarried(error: unknown): unknown {
  if (!(error instanceof GraphClientError)) return error;
  const carried: unknown = error.customError;
  return carried ?? error;
}
