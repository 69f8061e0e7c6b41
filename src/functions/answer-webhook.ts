import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { handshake, problem } from '../lib/http/answer.ts';
import { parseTraceparent } from '../lib/http/parameters.ts';
import { readJson } from '../lib/http/read-json.ts';
import type { App } from '../lib/wiring.ts';
import type { AppSource } from './current-app.ts';
import { invocationLog, withInvocation } from './invocation-log.ts';

/** Graph's own limit is not published; a thousand notifications are well below. */
const maxBytes = 4 * 1024 * 1024;

/** Takes a parsed body; counts for the log, or undefined when it is no collection. Throws when enqueuing failed. */
export type Receive = (
  app: App,
  body: unknown,
  traceparent: string | undefined,
) => Promise<Readonly<Record<string, number>> | undefined>;

/**
 * Answers a call on a webhook that Graph was told: the handshake before anything else, even before the settings are read;
 * then method, media type, size, JSON and shape. Each failure has its own status and a constant text; 202 means that all
 * that is ours is enqueued, 503 asks Graph to send it again.
 */
export async function answerWebhook(
  request: HttpRequest,
  context: InvocationContext,
  source: AppSource,
  receive: Receive,
): Promise<HttpResponseInit> {
  const validationToken = request.query.get('validationToken');
  if (validationToken !== null) return handshake(validationToken);
  if (request.method !== 'POST') return problem(405, 'Only POST is answered here.', { headers: { Allow: 'POST' } });
  return withInvocation(context, async () => {
    try {
      const body = await readJson(request, maxBytes);
      if ('refused' in body) return body.refused;
      const counts = await receive(await source(), body.value, parseTraceparent(request.headers.get('traceparent')));
      if (counts === undefined) return problem(400, 'The body is not a collection of notifications.');
      invocationLog.info('Notifications were received.', counts);
      return { status: 202 };
    } catch (error) {
      invocationLog.error('Notifications could not be enqueued.', error);
      return problem(503, 'The notifications could not be enqueued.', { headers: { 'Retry-After': '30' } });
    }
  });
}
