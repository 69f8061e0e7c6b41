import type { InvocationContext } from '@azure/functions';
import type { Ports } from '../lib/ports.ts';
import type { App } from '../lib/wiring.ts';
import type { AppSource } from './current-app.ts';
import { invocationLog, withInvocation } from './invocation-log.ts';

/**
 * Does a timer's work for every tenant at once. One tenant's failure stops no other; the timer fails in the end, so that the
 * host shows it, and its next run tries again.
 */
export async function forEachTenant(
  context: InvocationContext,
  source: AppSource,
  work: (ports: Ports, app: App) => Promise<unknown>,
): Promise<void> {
  await withInvocation(context, async () => {
    const app = await source();
    const failed: unknown[] = [];
    await Promise.all(
      app.tenantIds.map(async (tenantId) => {
        try {
          const ports = app.portsFor(tenantId);
          if (ports !== undefined) await work(ports, app);
        } catch (error) {
          invocationLog.error('A timer failed for a tenant.', error, { tenantId, timer: context.functionName });
          failed.push(error);
        }
      }),
    );
    if (failed.length > 0)
      throw new AggregateError(failed, `${context.functionName} failed for ${failed.length} tenants.`);
  });
}
