import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { json, problem } from '../lib/http/answer.ts';
import { parseGuid } from '../lib/http/parameters.ts';
import { readGroup } from '../lib/operate/read-group.ts';
import { answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

/** What is recorded of one mapped group. */
export async function groupStatus(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Read', async ({ ports }) => {
    const groupId = parseGuid(request.params['groupId']);
    if (groupId === undefined) return problem(400, 'The group must be an object id.');
    const status = await readGroup(ports, groupId);
    return status === undefined ? problem(404, 'No rule maps this group.') : json(200, status);
  });
}

app.http('groupStatus', {
  route: 'tenants/{tenant}/groups/{groupId}',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => groupStatus(request, context),
});
