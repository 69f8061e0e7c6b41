import type { Stack } from '../../../dev/stack.ts';
import { clientId, idOf } from './cast.ts';

/** What the token of a call says; by default an operator of the tenant itself. */
export interface TokenWish {
  readonly tenantId: string;
  readonly roles?: readonly string[];
  readonly audience?: string;
  /** Object id of the caller. */
  readonly principalId?: string;
}

/** An access token of the simulated login for Rolecall's API. */
export async function tokenFor({ simulator }: Stack, wish: TokenWish): Promise<string> {
  const { token } = await simulator.authority.sign({
    tenantId: wish.tenantId,
    clientId: idOf('operators tool'),
    principalId: wish.principalId ?? idOf('operator'),
    audience: wish.audience ?? clientId,
    roles: wish.roles ?? ['Rolecall.Operate', 'Rolecall.Read'],
  });
  return token;
}

/** Status, parsed body and headers of one call of the API. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Headers;
}

/** Calls `/api/tenants/{tenant}/{path}`; with a body it posts. */
export async function callApi(
  { urls }: Stack,
  token: string | undefined,
  path: string,
  body?: unknown,
): Promise<ApiAnswer> {
  const response = await fetch(`${urls.host}/api/tenants/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
}

/** Calls the API as an operator of the tenant. */
export async function operate(stack: Stack, tenantId: string, path: string, body?: unknown): Promise<ApiAnswer> {
  return callApi(stack, await tokenFor(stack, { tenantId }), `${tenantId}/${path}`, body);
}
