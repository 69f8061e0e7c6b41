import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { type Answer, json, problem } from '../lib/http/answer.ts';
import { parseUserKey } from '../lib/http/parameters.ts';
import { readJson } from '../lib/http/read-json.ts';
import { exceptionBodySchema, exceptionIdSchema } from '../lib/model/operator-request.ts';
import {
  closeException,
  type ExceptionOutcome,
  type ExceptionRefusal,
  type ExceptionTarget,
  maxOpenExceptions,
  putException as put,
} from '../lib/operate/change-exception.ts';
import { findUserId } from '../lib/operate/read-access.ts';
import { type Admitted, answerApi } from './answer-api.ts';
import { currentApp } from './current-app.ts';

const maxBytes = 16 * 1024;

/** Puts or changes an exception. Who may say what rules give may also say who is excepted from them, and nobody else. */
export async function putException(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Configure', async (admitted) => {
    const body = await readJson(request, maxBytes);
    if ('refused' in body) return body.refused;
    const wanted = exceptionBodySchema.safeParse(body.value);
    if (!wanted.success) {
      const faults = wanted.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
      return problem(400, 'The body is not an exception.', { members: { faults } });
    }
    return aimed(admitted, (target) => put(admitted.ports, target, wanted.data));
  });
}

/** Closes an exception; nothing of it is deleted. */
export async function deleteException(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return answerApi(request, context, source, 'Rolecall.Configure', async (admitted) =>
    aimed(admitted, (target) => closeException(admitted.ports, target)),
  );
}

async function aimed(
  { ports, caller, request }: Admitted,
  change: (target: ExceptionTarget) => Promise<ExceptionOutcome>,
): Promise<Answer> {
  const key = parseUserKey(request.params['user']);
  if (key === undefined) return problem(400, 'The user must be an object id or a user principal name.');
  const exceptionId = exceptionIdSchema.safeParse(request.params['exceptionId']).data;
  if (exceptionId === undefined) return problem(400, 'The id must be letters, digits and . _ : - ; at most 128.');
  const userId = await findUserId(ports, key);
  if (userId === undefined) return refusal('unknownUser');
  const outcome = await change({ userId, exceptionId, caller: caller.label });
  if (outcome.kind === 'refused') return refusal(outcome.because);
  return json(outcome.kind === 'created' ? 201 : 200, outcome.exception);
}

const refusals: Readonly<Record<ExceptionRefusal, readonly [status: number, detail: string]>> = {
  noRules: [409, 'No rules are in force for this tenant.'],
  unknownUser: [404, 'Nobody is recorded under this id or name, and the directory has no user with this id.'],
  unknownException: [404, 'The user has no exception with this id.'],
  undefinedEntitlement: [409, 'The rules in force do not define this entitlement: publish rules that do.'],
  endsBeforeItStarts: [400, 'The end must be after the start.'],
  closed: [409, 'This exception is closed: put another one under a new id.'],
  tooMany: [409, `The user has ${maxOpenExceptions} open exceptions: close some that are no longer needed.`],
  busy: [503, 'Others are changing the same user: try again.'],
};

function refusal(because: ExceptionRefusal): Answer {
  const [status, detail] = refusals[because];
  return problem(status, detail, status === 503 ? { headers: { 'Retry-After': '5' } } : {});
}

app.http('putException', {
  route: 'tenants/{tenant}/users/{user}/exceptions/{exceptionId}',
  methods: ['PUT'],
  authLevel: 'anonymous',
  handler: (request, context) => putException(request, context),
});

app.http('deleteException', {
  route: 'tenants/{tenant}/users/{user}/exceptions/{exceptionId}',
  methods: ['DELETE'],
  authLevel: 'anonymous',
  handler: (request, context) => deleteException(request, context),
});
