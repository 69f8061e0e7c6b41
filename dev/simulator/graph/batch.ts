import { z } from 'zod';
import type { HttpReply, HttpRequest } from '../http-message.ts';
import { badRequest } from './graph-error.ts';

const MAX_REQUESTS = 20;

const batchSchema = z.object({
  requests: z.array(
    z.object({
      id: z.string().min(1),
      method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
      url: z.string().min(1),
      headers: z.record(z.string(), z.string()).default({}),
      body: z.unknown().optional(),
      dependsOn: z.array(z.string()).default([]),
    }),
  ),
});

type BatchItem = z.infer<typeof batchSchema>['requests'][number];

/**
 * Answers `POST /$batch` (Graph, "Combine multiple requests in one HTTP call using JSON batching"): at most 20 requests,
 * each answered and throttled by itself, failed predecessors give 424. Answers come in no promised order: last first.
 */
export async function answerBatch(
  outer: HttpRequest,
  answerInner: (request: HttpRequest) => Promise<HttpReply>,
): Promise<HttpReply> {
  const items = parseBatch(outer.text);
  const replies = new Map<string, Promise<HttpReply>>();
  for (const item of items) {
    const predecessors = item.dependsOn.map((id) => replies.get(id.toLowerCase()) ?? Promise.resolve(undefined));
    replies.set(
      item.id.toLowerCase(),
      answerAfter(predecessors, () => answerInner(innerRequest(outer, item))),
    );
  }
  const responses = await Promise.all(
    items.map(async (item) => {
      const reply = await replies.get(item.id.toLowerCase());
      const headers = { 'Content-Type': 'application/json', ...reply?.headers };
      return {
        id: item.id,
        status: reply?.status,
        headers,
        ...(reply?.body === undefined ? {} : { body: reply.body }),
      };
    }),
  );
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: { responses: responses.reverse() } };
}

async function answerAfter(
  predecessors: readonly Promise<HttpReply | undefined>[],
  answer: () => Promise<HttpReply>,
): Promise<HttpReply> {
  const before = await Promise.all(predecessors);
  const failed = before.some((reply) => reply === undefined || reply.status >= 400);
  if (!failed) return answer();
  const message = 'The request was not performed since a request it depends on failed.';
  return { status: 424, body: { error: { code: 'FailedDependency', message } } };
}

function parseBatch(text: string): readonly BatchItem[] {
  let parsed;
  try {
    parsed = batchSchema.safeParse(JSON.parse(text));
  } catch {
    throw badRequest('Unable to read JSON request payload.');
  }
  if (!parsed.success) throw badRequest(`Invalid batch payload format: ${parsed.error.issues[0]?.message ?? ''}`);
  const { requests } = parsed.data;
  if (requests.length > MAX_REQUESTS) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${MAX_REQUESTS}.`);
  }
  const ids = new Set(requests.map((item) => item.id.toLowerCase()));
  if (ids.size < requests.length) throw badRequest('Batch request ids must be unique.');
  for (const { body, headers } of requests) {
    const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
    if (body !== undefined && !hasType)
      throw badRequest('Write request id does not contain Content-Type header or body.');
  }
  return requests;
}

function innerRequest(outer: HttpRequest, item: BatchItem): HttpRequest {
  const url = new URL(item.url.replace(/^\/?/, '/'), 'https://batch.invalid');
  const own = Object.fromEntries(Object.entries(item.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method: item.method,
    path: url.pathname.replace(/^\/v1\.0(?=\/)/i, ''),
    query: url.searchParams,
    // ConsistencyLevel is said per inner request; priority and host are the caller's.
    headers: { host: outer.headers['host'], 'x-ms-throttle-priority': outer.headers['x-ms-throttle-priority'], ...own },
    text: item.body === undefined ? '' : JSON.stringify(item.body),
  };
}
