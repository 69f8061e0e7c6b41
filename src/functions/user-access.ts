import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { type Answer, json, problem } from '../lib/http/answer.ts';
import { parseUserKey } from '../lib/http/parameters.ts';
import { findUserId, readAccess, readHistory } from '../lib/operate/read-access.ts';
import type { Ports } from '../lib/ports.ts';
import { answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

export const unknownUser = 'Nobody is recorded under this id or name.';

/** The record of one user: what is held, where, and why. */
export async function userAccess(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return aboutUser(request, context, source, async (ports, userId) => {
    const record = await readAccess(ports, userId);
    return record === undefined ? problem(404, unknownUser) : json(200, record);
  });
}

/** The audit entries of one user, newest first. */
export async function userHistory(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return aboutUser(request, context, source, async (ports, userId) => json(200, await readHistory(ports, userId)));
}

/** Lets a reader in and finds the user that the route names. */
export async function aboutUser(
  request: HttpRequest,
  context: InvocationContext,
  source: typeof currentApp,
  read: (ports: Ports, userId: string) => Promise<Answer>,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Read', async ({ ports }) => {
    const key = parseUserKey(request.params['user']);
    if (key === undefined) return problem(400, 'The user must be an object id or a user principal name.');
    const userId = await findUserId(ports, key);
    return userId === undefined ? problem(404, unknownUser) : read(ports, userId);
  });
}

app.http('userAccess', {
  route: 'tenants/{tenant}/users/{user}/access',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => userAccess(request, context),
});

app.http('userHistory', {
  route: 'tenants/{tenant}/users/{user}/history',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => userHistory(request, context),
});
