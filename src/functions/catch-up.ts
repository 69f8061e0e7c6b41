import { app, type InvocationContext } from '@azure/functions';
import { scheduleOf } from '../lib/config.ts';
import { catchUp as enqueueForgotten } from '../lib/detect/catch-up.ts';
import { requestRules } from '../lib/operate/request-rules.ts';
import { currentApp } from './current-app.ts';
import { forEachTenant } from './for-each-tenant.ts';
import { withInvocation } from './invocation-log.ts';
import { restorePoison } from './restore-poison.ts';

/** Brings back what could not be done: open and due users, unfinished jobs, poison messages; rules not in force. */
export async function catchUp(_timer: unknown, context: InvocationContext, source = currentApp): Promise<void> {
  const tenants = forEachTenant(context, source, async (ports) => {
    await enqueueForgotten(ports);
    await requestRules(ports);
  });
  const poison = withInvocation(context, async () => {
    const rolecall = await source();
    await rolecall.drainPoison((payload, lane) => restorePoison(rolecall, payload, lane));
  });
  // Neither waits for the other: a poison queue out of reach must not keep open work waiting.
  const results = await Promise.allSettled([tenants, poison]);
  const failed = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  if (failed.length > 0) throw new AggregateError(failed, 'The catch-up is not complete.');
}

app.timer('catchUp', {
  schedule: scheduleOf('CATCH_UP_SCHEDULE'),
  useMonitor: true,
  handler: (timer, context) => catchUp(timer, context),
});
