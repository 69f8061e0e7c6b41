import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { problem } from '../lib/http/answer.ts';
import { publishSchema, rollbackSchema } from '../lib/model/operator-request.ts';
import { publishRules as publish, rollBackRules as rollBack } from '../lib/operate/publish-rules.ts';
import { changeRules } from './change-rules.ts';
import { currentApp } from './current-app.ts';

/** Publishes a rules document as the successor of the version in `If-Match`, and has it put in force. */
export async function publishRules(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return changeRules(request, context, source, async ({ ports, caller }, body, from) => {
    const wanted = publishSchema.safeParse(body).data;
    if (wanted === undefined) return problem(400, 'The body must be { document }, with losers and admit if needed.');
    const { document, losers, admit } = wanted;
    return publish(ports, document, { author: caller.label, from, losers, admission: { admit } });
  });
}

/** Publishes the content of an earlier version under a new number. */
export async function rollBackRules(
  request: HttpRequest,
  context: InvocationContext,
  source = currentApp,
): Promise<HttpResponseInit> {
  return changeRules(request, context, source, async ({ ports, caller }, body, from) => {
    const wanted = rollbackSchema.safeParse(body).data;
    if (wanted === undefined) return problem(400, 'The body must be { version }, with losers if needed.');
    return rollBack(ports, wanted.version, { author: caller.label, from, losers: wanted.losers });
  });
}

app.http('publishRules', {
  route: 'tenants/{tenant}/rules',
  methods: ['PUT'],
  authLevel: 'anonymous',
  handler: (request, context) => publishRules(request, context),
});

app.http('rollBackRules', {
  route: 'tenants/{tenant}/rules/rollback',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: (request, context) => rollBackRules(request, context),
});
