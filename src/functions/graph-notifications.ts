import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { receiveNotifications } from '../lib/detect/receive-notifications.ts';
import { answerWebhook } from './answer-webhook.ts';
import { currentApp } from './current-app.ts';

/** Change notifications of Microsoft Graph. Anonymous: each entry is checked by its clientState. */
export async function graphNotifications(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerWebhook(request, context, source, async ({ portsFor }, body, traceparent) => {
    const outcome = await receiveNotifications(portsFor, body, traceparent);
    return outcome && { ...outcome };
  });
}

app.http('graphNotifications', {
  route: 'graph/notifications',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: (request, context) => graphNotifications(request, context),
});
