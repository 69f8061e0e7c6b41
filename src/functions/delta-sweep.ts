import { app, type InvocationContext } from '@azure/functions';
import { scheduleOf } from '../lib/config.ts';
import { requestSweeps } from '../lib/detect/request-job.ts';
import { currentApp } from './current-app.ts';
import { forEachTenant } from './for-each-tenant.ts';

/** Asks for a reading of every tenant's delta queries, one message per shard. */
export async function deltaSweep(_timer: unknown, context: InvocationContext, source = currentApp): Promise<void> {
  await forEachTenant(context, source, (ports) => requestSweeps(ports));
}

app.timer('deltaSweep', {
  schedule: scheduleOf('DELTA_SWEEP_SCHEDULE'),
  useMonitor: true,
  handler: (timer, context) => deltaSweep(timer, context),
});
