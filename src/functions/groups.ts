import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { AccessDeniedError } from '../lib/errors.ts';
import { type Answer, json, problem } from '../lib/http/answer.ts';
import { parseGuid } from '../lib/http/parameters.ts';
import { listGroups } from '../lib/operate/list-groups.ts';
import { resolveGroups } from '../lib/operate/resolve-groups.ts';
import type { Ports } from '../lib/ports.ts';
import { answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

const longestName = 256;

/** The mapped groups and those that wait; with `name` what that name, or that object id, stands for in the directory. */
export async function groups(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Read', async ({ ports }) => {
    const name = request.query.get('name');
    if (name !== null) return resolve(ports, name);
    const list = await listGroups(ports);
    return list === undefined ? problem(409, 'No rules are in force for this tenant.') : json(200, list);
  });
}

async function resolve(ports: Ports, name: string): Promise<Answer> {
  if (name === '' || name.length > longestName) return problem(400, 'A name has 1 to 256 characters.');
  const groupId = parseGuid(name);
  try {
    return json(200, await resolveGroups(ports, groupId === undefined ? { name } : { groupId }));
  } catch (error) {
    if (!(error instanceof AccessDeniedError)) throw error;
    ports.log.error('The groups of the tenant can not be read.', error);
    return problem(
      503,
      'The groups of this tenant can not be read for want of a permission, its consent or a credential.',
    );
  }
}

app.http('groups', {
  route: 'tenants/{tenant}/groups',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => groups(request, context),
});
