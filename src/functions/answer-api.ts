import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { UnavailableError } from '../lib/errors.ts';
import { type Answer, problem } from '../lib/http/answer.ts';
import type { AppRole, Caller } from '../lib/http/check-token.ts';
import { parseGuid } from '../lib/http/parameters.ts';
import type { Ports } from '../lib/ports.ts';
import type { App } from '../lib/wiring.ts';
import type { AppSource } from './current-app.ts';
import { invocationLog, withInvocation } from './invocation-log.ts';

/** A call that was let in. */
export interface Admitted {
  readonly app: App;
  readonly ports: Ports;
  readonly caller: Caller;
  readonly request: HttpRequest;
}

/**
 * Lets a call on `tenants/{tenant}/…` in when its token is good for the tenant and carries the role, and answers with what
 * `work` answers. Nobody learns from an answer which tenants are served, or the text of an error.
 */
export async function answerApi(
  request: HttpRequest,
  context: InvocationContext,
  source: AppSource,
  role: AppRole,
  work: (admitted: Admitted) => Promise<Answer>,
): Promise<HttpResponseInit> {
  return withInvocation(context, async () => {
    try {
      const app = await source();
      const tenantId = parseGuid(request.params['tenant']) ?? '';
      const caller = await app.checkToken(request.headers.get('authorization'), tenantId);
      const ports = app.portsFor(tenantId);
      if (caller === undefined || ports === undefined) {
        const headers = { 'WWW-Authenticate': 'Bearer' };
        return problem(401, 'An access token that is valid for this tenant is needed.', { headers });
      }
      if (!caller.roles.has(role)) return problem(403, `The app role ${role} is needed.`);
      return await work({ app, ports, caller, request });
    } catch (error) {
      return failed(error);
    }
  });
}

function failed(error: unknown): Answer {
  invocationLog.error('A request failed.', error);
  const isForNow = error instanceof UnavailableError || (error instanceof Error && error.name === 'SettingsError');
  if (!isForNow) return problem(500, 'The request failed. The log says why.');
  return problem(503, 'Rolecall can not do this for now. The log says why.', { headers: { 'Retry-After': '30' } });
}
