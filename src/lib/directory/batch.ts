import { z } from 'zod';
import { IncompleteReadingError, UnavailableError } from '../errors.ts';
import type { Priority } from '../model/directory.ts';
import { asked, logFailure, required, type GraphAnswer, type GraphCall, type GraphClient } from './graph-client.ts';
import { failureError, parseFailure } from './graph-failure.ts';
import { SHARE_HEADER } from './middleware/obey-throttle.ts';
import { parseAnswer } from './parse-answer.ts';

/** One read inside a batch. */
export interface BatchRequest {
  readonly id: string;
  readonly method?: 'GET' | 'POST';
  /** Path and query below the version. */
  readonly path: string;
  readonly body?: unknown;
  readonly permission: string;
}

/** At most this many requests go into one batch (Microsoft Graph, "JSON batching"). */
export const BATCH_SIZE = 20;

const batchSchema = z.object({
  responses: z.array(
    z.object({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).default({}),
      body: z.unknown().optional(),
    }),
  ),
});

type InnerResponse = z.infer<typeof batchSchema>['responses'][number];

/**
 * Sends reads as one `$batch` and returns each answer by the id of its request. Throws when the batch or a part of it was
 * throttled or failed on Graph's side, was refused for want of a permission, or is not there: the batch is 200 even if parts
 * of it failed, so every inner status is looked at. Any other inner status is the caller's to judge.
 */
export async function sendBatch(
  client: GraphClient,
  requests: readonly BatchRequest[],
  priority: Priority,
): Promise<ReadonlyMap<string, GraphAnswer>> {
  let answers = await exchange(client, requests, priority);
  const forbidden = requests.some(({ id }) => answers.get(id)?.status === 403);
  if (forbidden && (await client.renewToken())) answers = await exchange(client, requests, priority);
  throwIfUnavailable(client, requests, answers, priority);
  for (const request of requests) {
    const { failure } = answered(answers, request.id);
    if (failure?.status === 401 || failure?.status === 403) throw failureError(failure, asked(request));
  }
  return answers;
}

/** The answer to one of the requests of a batch. */
export function answered(answers: ReadonlyMap<string, GraphAnswer>, id: string): GraphAnswer {
  const answer = answers.get(id);
  if (answer === undefined) throw new IncompleteReadingError(`A batch has no answer to its request '${id}'.`);
  return answer;
}

async function exchange(
  client: GraphClient,
  requests: readonly BatchRequest[],
  priority: Priority,
): Promise<ReadonlyMap<string, GraphAnswer>> {
  const call: GraphCall = {
    method: 'POST',
    path: '/$batch',
    body: { requests: requests.map(toWire) },
    priority,
    permission: [...new Set(requests.map(({ permission }) => permission))].join(', '),
  };
  const body = required(await client.send(call), call);
  const { responses } = parseAnswer(batchSchema, body, 'a batch');
  const answers = new Map<string, GraphAnswer>();
  for (const response of responses) {
    const request = requests.find(({ id }) => id === response.id);
    if (request === undefined || answers.has(response.id)) {
      throw new IncompleteReadingError('A batch answered a request that was not in it, or one of them twice.');
    }
    answers.set(response.id, toAnswer(client, request, response));
  }
  return answers;
}

function toWire({ id, method = 'GET', path, body }: BatchRequest) {
  const content = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body };
  return { id, method, url: path, ...content };
}

function toAnswer(client: GraphClient, request: BatchRequest, { status, headers, body }: InnerResponse): GraphAnswer {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  client.throttle.noteShare(byName.get(SHARE_HEADER));
  if (status >= 200 && status < 300) return { status, body };
  const failure = parseFailure(status, (name) => byName.get(name), body);
  logFailure(client.log, failure, asked(request));
  return { status, body, failure };
}

/** Each part is throttled alone; the whole is sent again after the longest wait that any part asked for. */
function throwIfUnavailable(
  client: GraphClient,
  requests: readonly BatchRequest[],
  answers: ReadonlyMap<string, GraphAnswer>,
  priority: Priority,
): void {
  let first: UnavailableError | undefined;
  let longest: number | undefined;
  for (const request of requests) {
    const { failure } = answered(answers, request.id);
    const error = failure && failure.status !== 401 && failure.status !== 403 && failureError(failure, asked(request));
    if (!failure || !(error instanceof UnavailableError)) continue;
    const seconds = failure.retryAfterSeconds;
    if (failure.status === 429 && seconds !== undefined) client.throttle.close(priority, seconds);
    if (seconds !== undefined) longest = Math.max(longest ?? 0, seconds);
    first ??= error;
  }
  if (first === undefined) return;
  throw new UnavailableError(first.message, longest === undefined ? {} : { retryAfterSeconds: longest });
}
