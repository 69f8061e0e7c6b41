import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { json, problem } from '../lib/http/answer.ts';
import { parseVersion, versionTag } from '../lib/http/parameters.ts';
import { listVersions, readRules as read } from '../lib/operate/read-rules.ts';
import { answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

/** The rules in force, or the version that the query names; the ETag is what a change names in If-Match. */
export async function readRules(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Read', async ({ ports }) => {
    const asked = request.query.get('version');
    const version = asked === null ? undefined : parseVersion(asked);
    if (asked !== null && version === undefined) return problem(400, 'The version must be a number.');
    const rules = await read(ports, version);
    if (rules !== undefined) return json(200, rules, { ETag: versionTag(rules.version) });
    if (asked !== null) return problem(404, 'There is no rules document of this number.');
    return problem(404, 'No rules are in force. Publish the first with If-Match: "0".');
  });
}

/** Every version: number, who published it and when, and which is in force. */
export async function listRulesVersions(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Read', async ({ ports }) =>
    json(200, { versions: await listVersions(ports) }),
  );
}

app.http('readRules', {
  route: 'tenants/{tenant}/rules',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => readRules(request, context),
});

app.http('listRulesVersions', {
  route: 'tenants/{tenant}/rules/versions',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request, context) => listRulesVersions(request, context),
});
