import { randomUUID } from 'node:crypto';
import { createSender } from '../delivery/post.ts';

/** An opaque token as Graph sends it: with spaces and colons, so that only one correct decoding echoes it. */
function validationToken(requestId: string): string {
  return `Validation: Testing client application reachability for subscription Request-Id: ${requestId}`;
}

/**
 * Asks `url` to prove that it expects notifications: POST with the token as the query parameter `validationToken`
 * (spaces as `+`), empty body. Valid is only a 200 with `text/plain` and exactly the decoded token, in time.
 *
 * @param timeoutMs real milliseconds for the whole answer
 * @returns `undefined` when the endpoint passed, otherwise what was wrong with its answer.
 * @see https://learn.microsoft.com/graph/change-notifications-delivery-webhooks (section "notificationUrl validation")
 */
export async function shakeHands(url: string, timeoutMs: number): Promise<string | undefined> {
  const token = validationToken(randomUUID());
  const query = new URLSearchParams({ validationToken: token }).toString();
  // A sender of its own: nothing is left open towards an endpoint that may never be called again.
  const sender = createSender();
  const outcome = await sender.send({
    url: `${url}${url.includes('?') ? '&' : '?'}${query}`,
    contentType: 'text/plain; charset=utf-8',
    body: '',
    timeoutMs,
  });
  sender.close();
  if (outcome.kind === 'timeout') return `no answer within ${timeoutMs} ms`;
  if (outcome.kind === 'failed') return outcome.reason;
  if (outcome.status !== 200) return `status ${outcome.status}`;
  if (!/^text\/plain\s*(;|$)/i.test(outcome.contentType)) return `content type '${outcome.contentType}'`;
  return outcome.body === token ? undefined : 'the body is not the decoded token';
}
