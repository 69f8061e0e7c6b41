import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { json } from '../lib/http/answer.ts';
import { listHolds as readHolds } from '../lib/operate/list-holds.ts';
import { answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

/** What waits for a person, group by group. */
export async function listHolds(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Read', async ({ ports }) =>
    json(200, { holds: await readHolds(ports) }),
  );
}

app.http('listHolds', {
  route: 'tenants/{tenant}/holds',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => listHolds(request, context),
});
