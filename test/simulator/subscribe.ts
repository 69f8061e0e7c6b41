import { z } from 'zod';
import type { TestTenant } from './test-tenant.ts';

/** What a suite may say about its subscription; the rest is sensible. */
export interface SubscriptionWish {
  readonly resource: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl?: string;
  readonly changeType?: string;
  readonly clientState?: string;
}

/** Creates a subscription through Graph that lives for 20 days, and returns its id. */
export async function subscribe(graph: TestTenant, wish: SubscriptionWish): Promise<string> {
  const created: unknown = await graph.client.api('/subscriptions').post({
    changeType: 'updated,deleted',
    expirationDateTime: new Date(graph.clock.now() + 20 * 24 * 3_600_000).toISOString(),
    clientState: 'a-secret',
    ...wish,
  });
  return z.object({ id: z.string() }).parse(created).id;
}
