import '../local-connections.ts';
import { z } from 'zod';
import { ADMIN_SECRET } from '../local-tenant.ts';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A local stack as a person's script sees it: over HTTP, with the sample tenant's administrator app and an operator's token. */
export interface Connection {
  readonly tenantId: string;
  /** Microsoft Graph v1.0 of the simulated tenant; `path` begins with `/`. */
  graph(method: Method, path: string, body?: unknown): Promise<unknown>;
  /** The simulator's own control, below `/_control`. */
  control(method: Method, path: string, body?: unknown): Promise<unknown>;
  /** Rolecall's API, below `/api/tenants/{tenantId}`, as a person who may read and operate. */
  api(method: Method, path: string, body?: unknown): Promise<unknown>;
  /** Puts a new version of a secret into the simulated vault. */
  setSecret(name: string, value: string, expires: Date): Promise<void>;
}

/** An answer that is not a success; `message` is what the other side said. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const tokenSchema = z.object({ access_token: z.string() });
const graphResource = 'https://graph.microsoft.com';
const vaultResource = 'https://vault.azure.net';

/**
 * Connects to a running stack. This process must trust the stack's certificate (dev/certificate.ts).
 *
 * @param simulatorUrl e.g. `https://localhost:8443`
 * @param hostUrl e.g. `http://127.0.0.1:7071`
 */
export function connectStack({ simulatorUrl, hostUrl }: { simulatorUrl: string; hostUrl: string }): Connection {
  const { tenantId, clientId, adminClientId } = SAMPLE_TENANT;
  const tokens = new Map<string, string>();

  const login = async (resource: string): Promise<string> => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: adminClientId,
      client_secret: ADMIN_SECRET,
      scope: `${resource}/.default`,
    });
    const url = `${simulatorUrl}/${tenantId}/oauth2/v2.0/token`;
    return tokenSchema.parse(await read(await call(url, { method: 'POST', body: form }))).access_token;
  };
  /** A token ends when the stack's clock has moved on; then a new one is fetched, once. */
  const withLogin = async (resource: string, method: Method, url: string, body: unknown): Promise<unknown> => {
    const known = tokens.get(resource);
    if (known !== undefined) {
      try {
        return await send(method, url, body, known);
      } catch (error) {
        if (!(error instanceof RequestError) || error.status !== 401) throw error;
      }
    }
    const fresh = await login(resource);
    tokens.set(resource, fresh);
    return send(method, url, body, fresh);
  };
  const control: Connection['control'] = (method, path, body) =>
    send(method, `${simulatorUrl}/_control${path}`, body, undefined);

  return {
    tenantId,
    control,
    graph: (method, path, body) => withLogin(graphResource, method, `${simulatorUrl}/v1.0${path}`, body),
    async api(method, path, body) {
      const wanted = { tenantId, audience: clientId, roles: ['Rolecall.Read', 'Rolecall.Operate'] };
      const { access_token: token } = tokenSchema.parse(await control('POST', '/tokens', wanted));
      return send(method, `${hostUrl}/api/tenants/${tenantId}${path}`, body, token);
    },
    async setSecret(name, value, expires) {
      const body = { value, attributes: { exp: Math.floor(expires.getTime() / 1000) } };
      await withLogin(vaultResource, 'PUT', `${simulatorUrl}/secrets/${name}?api-version=7.5`, body);
    },
  };
}

async function send(method: Method, url: string, body: unknown, token: string | undefined): Promise<unknown> {
  const headers = {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return read(await call(url, { method, headers, ...content }));
}

async function call(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    throw new Error(`Nothing answers at ${new URL(url).origin}${reasonOf(error)}.`, { cause: error });
  }
}

/** `fetch` says only that it failed; what happened is its cause, such as ECONNREFUSED. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}

const failureSchema = z.union([
  z.looseObject({ error: z.looseObject({ message: z.string() }) }).transform(({ error }) => error.message),
  z.looseObject({ error: z.string() }).transform(({ error }) => error),
  z.looseObject({ detail: z.string() }).transform(({ detail }) => detail),
]);

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
  if (response.ok) return body;
  const said = failureSchema.safeParse(body).data ?? `The answer was ${response.status}.`;
  throw new RequestError(response.status, said);
}
