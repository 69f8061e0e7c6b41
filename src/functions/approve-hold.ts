import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { json, problem } from '../lib/http/answer.ts';
import { parseGuid } from '../lib/http/parameters.ts';
import { readJson } from '../lib/http/read-json.ts';
import { accountsLedger } from '../lib/model/hold.ts';
import { approvalSchema } from '../lib/model/operator-request.ts';
import { approveHold as approve } from '../lib/operate/approve-hold.ts';
import { answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

const maxBytes = 16 * 1024;

/** Ends the hold of one group, or of `accounts`, for the losses that a person has read. */
export async function approveHold(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Operate', async ({ ports, caller }) => {
    const { groupId } = request.params;
    const ledger = groupId === accountsLedger ? groupId : parseGuid(groupId);
    if (ledger === undefined) return problem(400, 'The group must be an object id, or the word accounts.');
    const body = await readJson(request, maxBytes);
    if ('refused' in body) return body.refused;
    const wanted = approvalSchema.safeParse(body.value).data;
    if (wanted === undefined) return problem(400, 'The body must be { through }, the number of the last loss read.');
    const outcome = await approve(ports, { ledger, through: wanted.through, approver: caller.label });
    switch (outcome.kind) {
      case 'approved':
        return json(202, { operationId: outcome.operationId, enqueued: { users: outcome.users } });
      case 'notHeld':
        return problem(409, 'Nothing is held here.');
      case 'beyondList': {
        const members = { lastNumber: outcome.lastNumber };
        return problem(409, 'The list ends before this number: read it again.', { members });
      }
      case 'beforeList': {
        const members = { firstNumber: outcome.firstNumber };
        return problem(409, 'Nobody up to this number waits any more: read the list again.', { members });
      }
    }
  });
}

app.http('approveHold', {
  route: 'tenants/{tenant}/holds/{groupId}/approve',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: (request, context) => approveHold(request, context),
});
