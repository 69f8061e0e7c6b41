import { app, type InvocationContext } from '@azure/functions';
import { scheduleOf } from '../lib/config.ts';
import { requestJob } from '../lib/detect/request-job.ts';
import { currentApp } from './current-app.ts';
import { forEachTenant } from './for-each-tenant.ts';

/** Asks for every tenant's subscriptions to be renewed. */
export async function renewSubscriptions(
  _timer: unknown,
  context: InvocationContext,
  source = currentApp,
): Promise<void> {
  await forEachTenant(context, source, (ports) => requestJob(ports, 'renew'));
}

app.timer('renewSubscriptions', {
  schedule: scheduleOf('RENEW_SCHEDULE'),
  useMonitor: true,
  handler: (timer, context) => renewSubscriptions(timer, context),
});
