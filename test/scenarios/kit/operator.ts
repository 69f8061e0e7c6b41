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

/** How a call differs from a GET, or with a body from a POST. */
export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** App roles of the caller, where a token is made for the call. */
  readonly roles?: readonly string[];
}

/** Calls `/api/tenants/{tenant}/{path}`; with a body it posts unless it says otherwise. */
export async function callApi(
  { urls }: Stack,
  token: string | undefined,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<ApiAnswer> {
  const response = await fetch(`${urls.host}/api/tenants/${path}`, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
}

/** Calls the API as an operator of the tenant. */
export async function operate(
  stack: Stack,
  tenantId: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<ApiAnswer> {
  const { roles } = options;
  const token = await tokenFor(stack, { tenantId, ...(roles === undefined ? {} : { roles }) });
  return callApi(stack, token, `${tenantId}/${path}`, body, options);
}
