import { z } from 'zod';
import { localToken } from '../command-line/local-token.ts';
import { type Method, request, RequestError } from '../command-line/request.ts';
import { ADMIN_SECRET } from '../local-tenant.ts';
import { SAMPLE_TENANT } from '../simulator/sample-tenant.ts';

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
  const { tenantId, adminClientId } = SAMPLE_TENANT;
  const tokens = new Map<string, string>();

  const login = async (resource: string): Promise<string> => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: adminClientId,
      client_secret: ADMIN_SECRET,
      scope: `${resource}/.default`,
    });
    return tokenSchema.parse(await send('POST', `${simulatorUrl}/${tenantId}/oauth2/v2.0/token`, form)).access_token;
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

  return {
    tenantId,
    control: (method, path, body) => send(method, `${simulatorUrl}/_control${path}`, body),
    graph: (method, path, body) => withLogin(graphResource, method, `${simulatorUrl}/v1.0${path}`, body),
    async api(method, path, body) {
      const token = await localToken(simulatorUrl, ['Rolecall.Read', 'Rolecall.Operate']);
      return send(method, `${hostUrl}/api/tenants/${tenantId}${path}`, body, token);
    },
    async setSecret(name, value, expires) {
      const body = { value, attributes: { exp: Math.floor(expires.getTime() / 1000) } };
      await withLogin(vaultResource, 'PUT', `${simulatorUrl}/secrets/${name}?api-version=7.5`, body);
    },
  };
}

async function send(method: Method, url: string, body: unknown, token?: string): Promise<unknown> {
  const answer = await request({ method, url, body, token });
  return answer.body;
}
