import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { json, problem } from '../lib/http/answer.ts';
import { readJson } from '../lib/http/read-json.ts';
import { previewSchema } from '../lib/model/operator-request.ts';
import type { ActiveRules } from '../lib/model/active-rules.ts';
import { previewOneUser } from '../lib/operate/preview-one-user.ts';
import { previewRules as preview } from '../lib/operate/preview-rules.ts';
import type { Ports } from '../lib/ports.ts';
import { planUser } from '../lib/reconcile/plan-user.ts';
import { answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

/** More than the largest document that a version can hold. */
const maxBytes = 4 * 1024 * 1024;

/** What a proposed rules document would change, for everybody or for one user. Writes nothing. */
export async function previewRules(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Configure', async ({ app: { readOnly }, ports }) => {
    const body = await readJson(request, maxBytes);
    if ('refused' in body) return body.refused;
    const wanted = previewSchema.safeParse(body.value).data;
    if (wanted === undefined)
      return problem(400, 'The body must be { document }, with fresh, admit or userId if wanted.');
    const dry = readOnly(ports);
    const { document, userId } = wanted;
    const checked =
      userId === undefined
        ? await preview(dry, document, wanted)
        : await previewOneUser(dry, wanted, userId, (rules) => planUser(underRules(dry, rules), userId));
    if (checked.ok) return json(200, checked.value);
    return problem(422, 'The rules document has faults.', { members: { faults: checked.faults } });
  });
}

/** The same tenant as if these rules were in force. */
function underRules(ports: Ports, rules: ActiveRules): Ports {
  return { ...ports, rules: { ...ports.rules, active: async () => rules } };
}

app.http('previewRules', {
  route: 'tenants/{tenant}/rules/preview',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: (request, context) => previewRules(request, context),
});
