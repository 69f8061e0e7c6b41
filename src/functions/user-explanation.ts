import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { json, problem } from '../lib/http/answer.ts';
import { parseMembershipChange, parseUserKey } from '../lib/http/parameters.ts';
import { explainUser } from '../lib/operate/explain-user.ts';
import { findUserId } from '../lib/operate/read-access.ts';
import { answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

const unknownUser = 'Nobody is known under this id or name.';

/** Why a user holds what they hold, why not the rest, and with `if` what a membership more or less would change. */
export async function userExplanation(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Read', async ({ app: { readOnly }, ports }) => {
    const key = parseUserKey(request.params['user']);
    if (key === undefined) return problem(400, 'The user must be an object id or a user principal name.');
    const wanted = request.query.get('if');
    const tried = wanted === null ? undefined : parseMembershipChange(wanted);
    if (wanted !== null && tried === undefined) return problem(400, 'if must be joined:{groupId} or left:{groupId}.');
    const userId = await findUserId(ports, key);
    const explained = userId === undefined ? undefined : await explainUser(readOnly(ports), userId, tried);
    if (explained === 'noRules') return problem(409, 'No rules are in force for this tenant.');
    return explained === undefined ? problem(404, unknownUser) : json(200, explained);
  });
}

app.http('userExplanation', {
  route: 'tenants/{tenant}/users/{user}/explanation',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => userExplanation(request, context),
});
