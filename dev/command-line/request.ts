import '../local-connections.ts';
import { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call over HTTP. */
export interface Call {
  readonly method: Method;
  readonly url: string;
  /** Sent as JSON, or as a form when it is one. */
  readonly body?: unknown;
  /** Access token, for `Authorization: Bearer`. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A success. `body` is undefined when the answer is no JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** An answer that is not a success; `message` is what the other side said. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;
  /** The whole answer, where it was JSON. */
  readonly body: unknown;

  constructor(status: number, message: string, body?: unknown) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** Sends one request and reads its answer. Throws RequestError, or an Error that names the place where nothing answers. */
export async function request({ method, url, body, token, headers = {} }: Call): Promise<Answer> {
  const isForm = body instanceof URLSearchParams;
  const sent = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
  const answer = await send(url, {
    method,
    ...sent,
    headers: {
      ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  return read(answer);
}

async function send(url: string, content: RequestInit): Promise<Response> {
  try {
    return await fetch(url, content);
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

async function read(response: Response): Promise<Answer> {
  const { status, headers, ok } = response;
  const text = await response.text();
  const isJson = headers.get('content-type')?.includes('json') === true;
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
  if (ok) return { status, headers, body };
  const said = failureSchema.safeParse(body).data ?? `The answer was ${status}.`;
  throw new RequestError(status, said, body);
}
