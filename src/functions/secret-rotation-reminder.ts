import { app, type InvocationContext } from '@azure/functions';
import { scheduleOf } from '../lib/config.ts';

import { currentApp } from './current-app.ts';
import { forEachTenant } from './for-each-tenant.ts';

/** Warns of client secrets that expire soon, once per threshold and version. */
export async function secretRotationReminder(
  _timer: unknown,
  context: InvocationContext,
  source = currentApp,
): Promise<void> {
  await forEachTenant(context, source, (ports, { remindOfSecret }) => remindOfSecret(ports.tenantId));
}

app.timer('secretRotationReminder', {
  schedule: scheduleOf('SECRET_REMINDER_SCHEDULE'),
  useMonitor: true,
  handler: (timer, context) => secretRotationReminder(timer, context),
});
