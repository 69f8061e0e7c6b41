import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { HttpData, InvocationResponse } from './functions-core.ts';

/** Reads the body to its end, or gives undefined as soon as it is larger than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = z.instanceof(Buffer).parse(chunk);
    size += bytes.length;
    if (size > limit) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
}

/** A request as the host hands it to the worker: address as it came, query and route parameters decoded once. */
export function toHttpData(request: IncomingMessage, url: URL, params: Record<string, string>, body: Buffer): HttpData {
  const query: Record<string, string> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name).join(',');
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) headers[name] = (values ?? []).join(', ');
  return {
    method: request.method ?? 'GET',
    url: url.href,
    headers,
    query,
    params,
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

/** Writes what the handler returned; a handler that returned nothing answers 204, as on Azure. */
export function writeResponse(response: ServerResponse, { returnValue }: InvocationResponse): void {
  const http = returnValue?.http;
  if (http === undefined) {
    response.writeHead(204).end();
    return;
  }
  if (http.cookies !== undefined && http.cookies.length > 0) {
    throw new Error('The local host does not write cookies.');
  }
  const body = http.body?.bytes ?? Buffer.alloc(0);
  response.writeHead(Number(http.statusCode ?? 200), { ...http.headers, 'content-length': body.length });
  // An empty chunk would be a write of its own.
  response.end(body.length > 0 ? body : undefined);
}
