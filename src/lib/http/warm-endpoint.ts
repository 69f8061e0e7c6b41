import type { Log } from '../log.ts';

/** How long a cold host may take to answer before we give up on it, in milliseconds. */
const patience = 20_000;

/**
 * Has this app's own webhook answer once, as Graph will ask it to: a subscription's creation calls it and allows 10 seconds, which a
 * cold host may not make (Microsoft Graph, "Receive change notifications through webhooks"). A failure is Graph's to report.
 */
export async function warmEndpoint(send: typeof globalThis.fetch, notificationUrl: string, log: Log): Promise<void> {
  const url = `${notificationUrl}/api/graph/notifications?validationToken=warm`;
  try {
    const answer = await send(url, { method: 'POST', signal: AbortSignal.timeout(patience) });
    await answer.text();
    if (!answer.ok) log.warn('The notification endpoint does not answer the handshake.', { status: answer.status });
  } catch (error) {
    log.error('The notification endpoint could not be reached.', error);
  }
}
