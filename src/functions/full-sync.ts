import { app, type InvocationContext } from '@azure/functions';
import { scheduleOf } from '../lib/config.ts';
import { requestJob } from '../lib/detect/request-job.ts';
import { currentApp } from './current-app.ts';
import { forEachTenant } from './for-each-tenant.ts';

/** Asks for a comparison of everything recorded with the directory, one message per tenant. */
export async function fullSync(_timer: unknown, context: InvocationContext, source = currentApp): Promise<void> {
  await forEachTenant(context, source, (ports) => requestJob(ports, 'fullSync'));
}

app.timer('fullSync', {
  schedule: scheduleOf('FULL_SYNC_SCHEDULE'),
  useMonitor: true,
  handler: (timer, context) => fullSync(timer, context),
});
