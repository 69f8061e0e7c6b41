import { HttpRequest, InvocationContext } from '@azure/functions';
import { readSettings } from '../../../src/lib/config.ts';
import type { AppRole } from '../../../src/lib/http/check-token.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { addressee, parseJobRequest, parseReconcileRequest } from '../../../src/lib/queue/parse-request.ts';
import { settleFailure, settleJobFailure } from '../../../src/lib/queue/settle-failure.ts';
import type { App } from '../../../src/lib/wiring.ts';

export const tenantId = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';
export const ada = '11111111-0000-4000-8000-000000000000';

const settings = readSettings({
  ROLECALL_TENANTS: JSON.stringify([{ tenantId, credential: 'managedIdentity' }]),
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  ROLECALL_NOTIFICATION_URL: 'https://rolecall.example',
  ROLECALL_API_AUDIENCE: 'rolecall',
});

/** An app that serves these tenants; `Bearer <role>` is a good token with that role. */
export function fakeApp(tenants: readonly Ports[], given: Partial<App> = {}): App {
  const byId = new Map(tenants.map((ports) => [ports.tenantId, ports]));
  return {
    settings,
    tenantIds: [...byId.keys()],
    prepare: async () => undefined,
    portsFor: (id) => byId.get(id),
    readOnly: (ports) => ports,
    checkToken: async (authorization, id) => {
      const role = /^Bearer (Rolecall\.(?:Read|Operate|Configure))$/.exec(authorization ?? '')?.[1];
      if (role === undefined || !byId.has(id)) return undefined;
      return { principalId: ada, label: `ada (${ada})`, roles: new Set([role]) };
    },
    messages: { parseReconcileRequest, parseJobRequest, addressee, settleFailure, settleJobFailure },
    drainPoison: async () => 0,
    remindOfSecret: async () => undefined,
    ...given,
  };
}

/** An invocation whose log lines are kept. */
export function invocation(triggerMetadata: Record<string, unknown> = {}): {
  context: InvocationContext;
  lines: string[];
} {
  const lines: string[] = [];
  const logHandler = (_level: string, ...text: unknown[]): void => {
    lines.push(text.join(' '));
  };
  return { context: new InvocationContext({ functionName: 'tested', logHandler, triggerMetadata }), lines };
}

/** What a call on the HTTP surface may differ in. */
export interface Call {
  readonly method?: string;
  readonly body?: string | Uint8Array;
  readonly type?: string;
  readonly role?: AppRole;
  readonly query?: Record<string, string>;
  readonly params?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

export function httpCall(call: Call): HttpRequest {
  const { method = 'POST', body, type = 'application/json', role, query, params, headers } = call;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return new HttpRequest({
    method,
    url: 'https://rolecall.example/api/x',
    headers: { 'content-type': type, ...(role === undefined ? {} : { authorization: `Bearer ${role}` }), ...headers },
    params: params ?? {},
    query: query ?? {},
    ...(bytes === undefined ? {} : { body: { bytes } }),
  });
}
