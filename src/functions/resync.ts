import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { type Answer, json, problem } from '../lib/http/answer.ts';
import { readJson } from '../lib/http/read-json.ts';
import { dryRun, resync as requestResync, type ResyncOutcome } from '../lib/operate/resync.ts';
import { resyncSchema } from '../lib/model/operator-request.ts';
import { planUser } from '../lib/reconcile/plan-user.ts';
import { type Admitted, answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

const maxBytes = 16 * 1024;

/** Reconciles one user or compares one group now; with `dryRun` says what that would do. */
export async function resync(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Operate', async (admitted) => {
    const body = await readJson(request, maxBytes);
    if ('refused' in body) return body.refused;
    const wanted = resyncSchema.safeParse(body.value).data;
    if (wanted === undefined) return problem(400, 'The body must be { userId } or { groupId }, with dryRun if wanted.');
    const { ports, caller } = admitted;
    if (!wanted.dryRun) return answer(admitted, await requestResync(ports, wanted, caller.label));
    const readOnly = admitted.app.readOnly(ports);
    return answer(admitted, await dryRun(readOnly, wanted, (userId) => planUser(readOnly, userId)));
  });
}

function answer({ ports }: Admitted, outcome: ResyncOutcome): Answer {
  switch (outcome.kind) {
    case 'enqueued': {
      const { operationId, users, jobs } = outcome;
      // Where the effect can be read; audit entries name the operation as their cause.
      const Location = `/api/tenants/${ports.tenantId}/${outcome.effect}`;
      return json(202, { operationId, enqueued: { users, jobs } }, { Location });
    }
    case 'userPlan':
      return json(200, { userId: outcome.userId, plan: outcome.plan ?? null });
    case 'groupPlan':
      return json(200, outcome.difference);
    case 'notMapped':
      return problem(404, 'No rule maps this group, directly or through a group that contains it.');
    case 'noRules':
      return problem(409, 'No rules are in force for this tenant.');
  }
}

app.http('resync', {
  route: 'tenants/{tenant}/resync',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: (request, context) => resync(request, context),
});
