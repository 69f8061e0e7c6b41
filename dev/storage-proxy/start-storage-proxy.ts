import { Agent, createServer, request as sendRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { connectionStringOf } from '../azurite/start-azurite.ts';
import type { StorageUrls } from '../azurite/start-azurite.ts';
import { createRandom } from '../simulator/world/random.ts';
import { createCounters } from './counters.ts';
import type { Counters, OperationCount } from './counters.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { parseOperation } from './operation.ts';
import { refusal } from './refusal.ts';

export interface StorageProxyOptions extends StorageUrls {
  /** Decides which operations a rule with a probability strikes. */
  seed?: number;
}

export interface StorageProxy extends StorageUrls {
  /** For the app: queues and tables through the proxy, blobs directly. */
  connectionString: string;
  counters(): OperationCount[];
  /** HTTP requests that were executed or refused since the last reset. */
  requests(): number;
  resetCounters(): void;
  faults: Faults;
  close(): Promise<void>;
}

/**
 * A reverse proxy before Azurite's queues and tables. It passes requests on as they came: path and signed headers are
 * what the storage's signature covers, the host name isn't part of it (Microsoft Learn, "Authorize with Shared Key").
 */
export async function startStorageProxy(options: StorageProxyOptions): Promise<StorageProxy> {
  const counters = createCounters();
  const faults = createFaults(createRandom(options.seed ?? 1));
  const agent = new Agent({ keepAlive: true });
  const services = [
    { service: 'queue', target: new URL(options.queueUrl) },
    { service: 'table', target: new URL(options.tableUrl) },
  ] as const;
  const servers = services.map(({ service, target }) => {
    const upstream: Upstream = { service, hostname: target.hostname, port: target.port, agent };
    return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      relay(upstream, counters, faults, request, response).catch(() => response.destroy());
    });
  });
  const [queuePort, tablePort] = await Promise.all(servers.map(listen));

  const urls: StorageUrls = {
    queueUrl: `http://127.0.0.1:${queuePort}${new URL(options.queueUrl).pathname}`,
    tableUrl: `http://127.0.0.1:${tablePort}${new URL(options.tableUrl).pathname}`,
    blobUrl: options.blobUrl,
  };
  return {
    ...urls,
    connectionString: connectionStringOf(urls),
    counters: () => counters.list(),
    requests: () => counters.requests(),
    resetCounters: () => {
      counters.reset();
    },
    faults,
    async close() {
      await Promise.all(servers.map(close));
      agent.destroy();
    },
  };
}

interface Upstream {
  service: 'queue' | 'table';
  hostname: string;
  port: string;
  agent: Agent;
}

async function relay(
  upstream: Upstream,
  counters: Counters,
  faults: Faults,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  const operation = parseOperation(upstream.service, request.method ?? '', request.url ?? '', body);
  const effect = faults.strike(operation);

  if (effect?.kind === 'refuse') {
    counters.add(operation);
    const { status, headers, body: text } = refusal(operation, effect.status);
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
    return;
  }
  if (effect?.kind === 'loseRequest') {
    response.destroy();
    return;
  }
  if (effect?.kind === 'delay') await setTimeout(effect.milliseconds);
  if (effect?.kind === 'call' && effect.when === 'before') await effect.run(operation);
  // A client that died while its request was held never sent it, as far as the storage is concerned.
  if (request.socket.destroyed) return;

  const answer = await forward(upstream, request, body);
  // Counted once it has happened, so that whoever waits for a count can rely on the effect.
  counters.add(operation);
  if (effect?.kind === 'loseResponse' || effect?.kind === 'call') {
    const answerBody = await buffer(answer);
    if (effect.kind === 'loseResponse') {
      response.destroy();
      return;
    }
    if (effect.when === 'after') await effect.run(operation);
    response.writeHead(answer.statusCode ?? 502, answer.headers).end(answerBody);
    return;
  }
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}

function forward(upstream: Upstream, request: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  const { hostname, port, agent } = upstream;
  const { method, url: path, headers } = request;
  return new Promise((resolve, reject) => {
    sendRequest({ agent, hostname, port, method, path, headers })
      .once('response', resolve)
      .once('error', reject)
      .end(body);
  });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return z.object({ port: z.number() }).parse(server.address()).port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
