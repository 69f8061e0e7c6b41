import { Client, ResponseType } from '@microsoft/microsoft-graph-client';
import type { TokenCredential } from '@azure/identity';
import { IncompleteReadingError, UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Priority } from '../model/directory.ts';
import type { Clock } from '../ports.ts';
import { failureError, parseFailure, type AskedCall, type GraphFailure } from './graph-failure.ts';
import { createGraphTokens } from './graph-tokens.ts';
import { authorize } from './middleware/authorize.ts';
import { carryErrors, uncarried } from './middleware/carry-errors.ts';
import { obeyThrottle, PRIORITY_HEADER } from './middleware/obey-throttle.ts';
import { readOnly } from './middleware/read-only.ts';
import { send } from './middleware/send.ts';
import { createThrottle, type Throttle } from './throttle.ts';

/** One call on Graph v1.0. */
export interface GraphCall {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query below the version, or a whole link that Graph gave. */
  readonly path: string;
  readonly body?: unknown;
  readonly priority?: Priority;
  /** The application permission that the call takes; an error names it. */
  readonly permission: string;
  readonly followsDelta?: boolean;
  /** Asks the eventual index, which counts; the header is not carried by links. */
  readonly eventual?: boolean;
}

/** An answer with any status; `body` is parsed JSON, undefined when there was none. */
export interface GraphAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Set when the status is no success. */
  readonly failure?: GraphFailure;
}

/** Microsoft Graph for one tenant, read only but for its subscriptions. */
export interface GraphClient {
  /** Any status is an answer; `required` turns a failure into its error. Throws UnavailableError when none came. */
  send(call: GraphCall): Promise<GraphAnswer>;
  /** The application permissions in the present token. */
  permissions(): Promise<ReadonlySet<string>>;
  /** An inner answer of a batch was 403: drops the token if a newer one may help, and says so. */
  renewToken(): Promise<boolean>;
  /** What inner answers of a batch say of the limit goes here. */
  readonly throttle: Throttle;
  readonly log: Log;
}

/** What a Graph client is built from. */
export interface GraphClientParts {
  /** `https://graph.microsoft.com` or a local simulator's URL; without the version. */
  readonly graphUrl: string;
  readonly credential: TokenCredential;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly fetch: typeof globalThis.fetch;
  /** Waits that many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** Limit of one HTTP request with its body; 30 seconds if absent. */
  readonly timeoutMilliseconds?: number;
}

export function createGraphClient(parts: GraphClientParts): GraphClient {
  const tokens = createGraphTokens(parts.credential, parts.clock);
  const throttle = createThrottle(parts.clock);
  const client = Client.initWithMiddleware({
    baseUrl: parts.graphUrl.replace(/\/$/, ''),
    defaultVersion: 'v1.0',
    middleware: [
      carryErrors(),
      obeyThrottle(throttle, parts.wait),
      authorize(tokens),
      readOnly(),
      send(parts.fetch, parts.timeoutMilliseconds ?? 30_000),
    ],
  });
  return {
    log: parts.log,
    permissions: () => tokens.permissions(),
    renewToken: async () => tokens.drop(await tokens.get(), 403),
    throttle,
    async send(call) {
      const clientRequestId = parts.newId();
      const response = await exchange(client, call, clientRequestId);
      const body = await bodyOf(response);
      if (response.ok) return { status: response.status, body };
      const failure = parseFailure(response.status, (name) => response.headers.get(name), body);
      logFailure(parts.log, failure, asked(call), clientRequestId);
      return { status: response.status, body, failure };
    },
  };
}

async function exchange(client: Client, call: GraphCall, clientRequestId: string): Promise<Response> {
  const request = client
    .api(belowVersion(call.path))
    .headers({
      'client-request-id': clientRequestId,
      ...(call.priority === 'low' ? { [PRIORITY_HEADER]: 'low' } : {}),
      ...(call.eventual === true ? { ConsistencyLevel: 'eventual' } : {}),
    })
    .responseType(ResponseType.RAW);
  try {
    const response: unknown = await perform(request, call);
    if (response instanceof Response) return response;
  } catch (error) {
    throw uncarried(error);
  }
  throw new UnavailableError('The Graph client gave no response.');
}

function perform(request: ReturnType<Client['api']>, { method, body }: GraphCall): Promise<unknown> {
  if (method === 'POST') return request.post(body);
  if (method === 'PATCH') return request.patch(body);
  return method === 'DELETE' ? request.delete() : request.get();
}

/** Only path and query of a link are used, so that the token never leaves for another host than the configured one. */
function belowVersion(pathOrLink: string): string {
  if (!/^https?:/i.test(pathOrLink)) return pathOrLink;
  const { pathname, search } = new URL(pathOrLink);
  return pathname.replace(/^\/v1\.0(?=\/)/i, '') + search;
}

async function bodyOf(response: Response): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (cause) {
    throw new UnavailableError('The answer of Microsoft Graph broke off.', { cause });
  }
  if (text === '') return undefined;
  try {
    const body: unknown = JSON.parse(text);
    return body;
  } catch {
    // A gateway's error page, or half an answer; a success must be whole.
    if (response.ok) throw new IncompleteReadingError('The answer of Microsoft Graph is not JSON.');
    return undefined;
  }
}

/** What was asked, without the query: it holds link tokens. */
export function asked(call: Pick<GraphCall, 'method' | 'path' | 'permission' | 'followsDelta'>): AskedCall {
  const path = belowVersion(call.path).replace(/\?.*$/, '');
  return {
    method: call.method ?? 'GET',
    path,
    permission: call.permission,
    ...(call.followsDelta === undefined ? {} : { followsDelta: call.followsDelta }),
  };
}

/** The body of a successful answer; any other is thrown as the error that says what to do. */
export function required(answer: GraphAnswer, call: GraphCall): unknown {
  if (answer.failure !== undefined) throw failureError(answer.failure, asked(call));
  return answer.body;
}

/** One line per failed answer, with the ids Microsoft's support asks for. */
export function logFailure(log: Log, failure: GraphFailure, call: AskedCall, clientRequestId?: string): void {
  const keys = {
    method: call.method,
    path: call.path,
    status: failure.status,
    code: failure.codes.join(' '),
    requestId: failure.requestId,
    clientRequestId,
    retryAfterSeconds: failure.retryAfterSeconds,
  };
  // 404 is how Graph says that an object is not there (any more): a normal answer.
  if (failure.status === 404) log.info('Graph found nothing', keys);
  else log.warn('Graph refused a call', keys);
}
