import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectionDropped, type HttpReply, type HttpRequest } from './http-message.ts';
import type { World } from './world/world.ts';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The listener between node:http and the simulated services. */
export function serveHttp(
  world: World,
  answer: (request: HttpRequest) => Promise<HttpReply>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    readRequest(incoming)
      .then(answer)
      .then((reply) => {
        send(outgoing, reply, world.clock.now());
      })
      .catch((error: unknown) => {
        if (error instanceof ConnectionDropped) incoming.socket.destroy();
        else sendInternalError(outgoing, error);
      });
  };
}

async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const url = new URL(incoming.url ?? '/', 'https://localhost');
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    text: await readText(incoming),
  };
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> = incoming;
  for await (const bytes of body) {
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw new ConnectionDropped();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(outgoing: ServerResponse, reply: HttpReply, now: number): void {
  const isText = typeof reply.body === 'string';
  const payload =
    reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  const type = payload === '' ? {} : { 'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json' };
  const headers: Record<string, string> = { Date: new Date(now).toUTCString(), ...type, ...reply.headers };
  if (payload === '') delete headers['Content-Type'];
  outgoing.writeHead(reply.status, { ...headers, 'Content-Length': Buffer.byteLength(payload) });
  outgoing.end(payload);
}

/** A fault of the simulator itself: said loudly, so that no test takes it for Graph's behaviour. */
function sendInternalError(outgoing: ServerResponse, error: unknown): void {
  console.error('The simulator failed', error);
  const message = error instanceof Error ? error.message : String(error);
  outgoing.writeHead(599, { 'Content-Type': 'text/plain' });
  outgoing.end(`The simulator failed: ${message}`);
}
