import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext } from '@azure/functions';
import { createLog, type Log } from '../lib/log.ts';

const invocation = new AsyncLocalStorage<InvocationContext>();

/**
 * The app's log. Parts that live as long as the process write to it, and each line reaches the invocation that caused it, so
 * that the host can correlate it; outside one it goes to the worker's standard error, which the host logs, too.
 */
export const invocationLog: Log = createLog((level, line) => {
  const context = invocation.getStore();
  if (context === undefined) process.stderr.write(`${line}\n`);
  else context[level](line);
});

/** Runs a handler's work with its log lines bound to the invocation. */
export async function withInvocation<T>(context: InvocationContext, work: () => Promise<T>): Promise<T> {
  return invocation.run(context, work);
}
