import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { json, problem } from '../lib/http/answer.ts';
import { readExceptions } from '../lib/operate/read-access.ts';
import { currentApp } from './current-app.ts';
import { aboutUser, unknownUser } from './user-access.ts';

/** The exceptions of one user, or the one with an id; closed ones included. */
export async function userExceptions(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return aboutUser(request, context, source, async (ports, userId) => {
    const exceptions = await readExceptions(ports, userId);
    if (exceptions === undefined) return problem(404, unknownUser);
    const { exceptionId } = request.params;
    if (exceptionId === undefined) return json(200, { userId, exceptions });
    const found = exceptions.find(({ id }) => id === exceptionId);
    return found === undefined ? problem(404, 'The user has no exception with this id.') : json(200, found);
  });
}

app.http('listExceptions', {
  route: 'tenants/{tenant}/users/{user}/exceptions',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => userExceptions(request, context),
});

app.http('readException', {
  route: 'tenants/{tenant}/users/{user}/exceptions/{exceptionId}',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => userExceptions(request, context),
});
