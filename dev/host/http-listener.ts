import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';
import { hasCode } from '../has-code.ts';
import { readBody, toHttpData, writeResponse } from './http-exchange.ts';
import type { HttpData } from './functions-core.ts';
import type { HostLog } from './host-log.ts';
import type { Invoke } from './invoker.ts';
import type { RegisteredFunction } from './load-bundle.ts';
import { compileRoute } from './route.ts';
import type { Route } from './route.ts';
import type { Settings } from './settings.ts';

export interface HttpListenerOptions {
  functions: readonly RegisteredFunction[];
  invoke: Invoke;
  /** Runs a function that has no HTTP trigger, for `POST /admin/functions/{name}`; undefined when there is none. */
  runNow(name: string, input: string | undefined): Promise<void> | undefined;
  routePrefix: string;
  /** 0 takes a free port. */
  port: number;
  settings: Settings;
  log: HostLog;
}

export interface HttpListener {
  /** E.g. `http://127.0.0.1:7071`. */
  url: string;
  /** Stops accepting and closes idle connections; resolves when the last response is written. */
  stop(): Promise<void>;
}

interface RoutedFunction {
  registered: RegisteredFunction;
  route: Route;
}

const defaultBodyLimit = 104_857_600;
const adminPath = /^\/admin\/functions\/([^/]+)$/;

/** Serves HTTP functions on 127.0.0.1. Throws an error that names the port when it is taken. */
export async function startHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const routes = options.functions
    .flatMap((registered) => routeOf(registered, options.routePrefix))
    .sort((a, b) => a.route.parameterCount - b.route.parameterCount);
  const bodyLimit = Number(options.settings['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT'] ?? defaultBodyLimit);

  const server = createServer({ keepAliveTimeout: 130_000 }, (request, response) => {
    answer(options, routes, bodyLimit, request, response).catch((error: unknown) => {
      options.log({ level: 'error', source: 'host', message: `The request was not answered: ${String(error)}` });
      response.destroy();
    });
  });
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

function routeOf(registered: RegisteredFunction, prefix: string): RoutedFunction[] {
  const { trigger, name } = registered;
  if (trigger.type !== 'httpTrigger') return [];
  return [{ registered, route: compileRoute(prefix, trigger.route ?? name, trigger.methods) }];
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) {
      throw new Error(`Port ${port} of 127.0.0.1 is taken by another process.`, { cause: error });
    }
    throw error;
  }
  return z.object({ port: z.number() }).parse(server.address()).port;
}

async function answer(
  options: HttpListenerOptions,
  routes: readonly RoutedFunction[],
  bodyLimit: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = URL.parse(`http://${request.headers.host ?? '127.0.0.1'}${request.url ?? '/'}`);
  if (url === null) {
    end(response, 400);
    return;
  }
  const admin = request.method === 'POST' ? adminPath.exec(url.pathname)?.[1] : undefined;
  const matched = admin === undefined ? match(routes, request.method ?? '', url.pathname) : undefined;
  if (admin === undefined && matched === undefined) {
    end(response, 404);
    return;
  }

  const body = await readBody(request, bodyLimit);
  if (body === undefined) {
    // The rest of the body is not read, so the connection can't be used again.
    response.setHeader('connection', 'close');
    end(response, 413);
  } else if (matched === undefined) {
    end(response, startNow(options, admin ?? '', body) ? 202 : 404);
  } else {
    await respond(options, matched, toHttpData(request, url, matched.params, body), response);
  }
}

async function respond(
  { invoke }: HttpListenerOptions,
  { registered }: Match,
  http: HttpData,
  response: ServerResponse,
): Promise<void> {
  try {
    writeResponse(response, await invoke(registered, { http }));
  } catch {
    // The invoker has logged it; like Azure, the caller learns nothing of it.
    if (!response.headersSent) end(response, 500);
  }
}

interface Match {
  registered: RegisteredFunction;
  params: Record<string, string>;
}

/** A wrong method is no match: Azure answers 404, too (github.com/Azure/azure-functions-host/issues/10098). */
function match(routes: readonly RoutedFunction[], method: string, path: string): Match | undefined {
  for (const { registered, route } of routes) {
    const params = route.methods.includes(method) ? route.match(path) : undefined;
    if (params !== undefined) return { registered, params };
  }
  return undefined;
}

const adminInput = z.object({ input: z.string().optional() }).catch({});

function startNow(options: HttpListenerOptions, name: string, body: Buffer): boolean {
  const content: unknown = body.length > 0 ? JSON.parse(body.toString('utf8')) : {};
  const run = options.runNow(name, adminInput.parse(content).input);
  // The failure of a run is the invoker's to log; this route only starts it.
  run?.catch(() => undefined);
  return run !== undefined;
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}
