import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { receiveLifecycle } from '../lib/detect/receive-lifecycle.ts';
import { answerWebhook } from './answer-webhook.ts';
import { currentApp } from './current-app.ts';

/** Lifecycle notifications of Microsoft Graph's subscriptions. Anonymous: each entry is checked by its clientState. */
export async function graphLifecycle(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerWebhook(request, context, source, async ({ portsFor }, body) => {
    const outcome = await receiveLifecycle(portsFor, body);
    return outcome && { ...outcome };
  });
}

app.http('graphLifecycle', {
  route: 'graph/lifecycle',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: (request, context) => graphLifecycle(request, context),
});
