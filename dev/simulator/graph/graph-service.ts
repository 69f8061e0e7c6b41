import { ConnectionDropped, type HttpReply, type HttpRequest } from '../http-message.ts';
import type { AccessToken } from '../login/access-token.ts';
import type { TokenAuthority } from '../login/token-authority.ts';
import { RouteMatcher, type RouteMatch } from '../route-matcher.ts';
import { retryAfterHeader, underFault } from '../under-fault.ts';
import type { Tenant } from '../world/tenant.ts';
import type { World } from '../world/world.ts';
import { answerBatch } from './batch.ts';
import { errorEnvelope, forbidden, GraphError, badRequest, type RequestIds } from './graph-error.ts';
import { resourceUnits } from './resource-units.ts';
import type { GraphContext, GraphRoute } from './route.ts';
import { graphRoutes } from './routes.ts';
import { Throttle } from './throttle.ts';

const JSON_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** Who asks: the verified token and the tenant it is for. */
interface Caller {
  token: AccessToken;
  tenant: Tenant;
}

/** Microsoft Graph v1.0 for all tenants of a world: authenticates, throttles, routes, counts. */
export class GraphService {
  readonly #world: World;
  readonly #authority: TokenAuthority;
  readonly #routes = new RouteMatcher<GraphRoute>(graphRoutes);
  readonly throttle: Throttle;

  constructor(world: World, authority: TokenAuthority) {
    this.#world = world;
    this.#authority = authority;
    this.throttle = new Throttle(world.control.settings);
  }

  /** Answers one HTTP request below `/v1.0`, a batch included. Throws only `ConnectionDropped`. */
  async answer(request: HttpRequest): Promise<HttpReply> {
    const ids = this.#requestIds(request);
    const graphRequest = { ...request, path: request.path.replace(/^\/v1\.0(?=\/|$)/i, '') };
    try {
      const caller = await this.#authenticate(request);
      if (request.method === 'POST' && graphRequest.path.toLowerCase() === '/$batch') {
        return this.#finish(await this.#answerBatch(caller, graphRequest), ids);
      }
      return this.#finish(await this.#answerOne(caller, graphRequest, ids), ids);
    } catch (error) {
      return this.#finish(failure(error, ids), ids);
    }
  }

  async #authenticate(request: HttpRequest): Promise<Caller> {
    const bearer = /^Bearer (.*)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
    if (bearer === '') throw new GraphError(401, 'InvalidAuthenticationToken', 'Access token is empty.');
    const verified = await this.#authority.verify(bearer, [
      'https://graph.microsoft.com',
      'https://graph.microsoft.com/',
    ]);
    if (typeof verified === 'string') throw new GraphError(401, 'InvalidAuthenticationToken', verified);
    const tenant = this.#world.findTenant(verified.tenantId);
    if (tenant === undefined) throw new GraphError(401, 'InvalidAuthenticationToken', 'The tenant is unknown.');
    return { token: verified, tenant };
  }

  #answerBatch(caller: Caller, request: HttpRequest): Promise<HttpReply> {
    const target = { method: 'POST', path: '/v1.0/$batch', tenantId: caller.tenant.id };
    const inner = (one: HttpRequest) => this.#answerInner(caller, one);
    return underFault(
      this.#world,
      target,
      () => answerBatch(request, inner),
      (status, fault) => {
        throw new GraphError(
          status,
          fault.code ?? codeOf(status),
          'Please retry again later.',
          retryAfterHeader(fault),
        );
      },
    );
  }

  /** One request inside a batch: a connection that cannot be cut alone becomes a gateway timeout. */
  async #answerInner(caller: Caller, request: HttpRequest): Promise<HttpReply> {
    const ids = this.#requestIds(request);
    try {
      return await this.#answerOne(caller, request, ids);
    } catch (error) {
      const reported = error instanceof ConnectionDropped ? new GraphError(504, 'UnknownError', '') : error;
      return failure(reported, ids);
    }
  }

  /** Faults, limits, permissions and the handler, for a request of its own or inside a batch. */
  async #answerOne(caller: Caller, request: HttpRequest, ids: RequestIds): Promise<HttpReply> {
    const found = this.#routes.find(request.method, request.path);
    const route = typeof found === 'object' ? found.route : undefined;
    const units = route === undefined ? 1 : resourceUnits(route, request.query);
    const target = { method: request.method, path: `/v1.0${request.path}`, tenantId: caller.tenant.id };
    const answer = () => this.#perform(caller, request, found, units, ids);
    const name = route === undefined ? `${request.method} ${request.path}` : `${route.method} ${route.path}`;
    try {
      const reply = await underFault(this.#world, target, answer, (status, fault) => {
        const headers = retryAfterHeader(fault);
        const refused = new GraphError(status, fault.code ?? codeOf(status), 'Please retry again later.', headers);
        return failure(refused, ids);
      });
      this.#world.control.counters.countRequest(caller.tenant.id, name, reply.status, units);
      return reply;
    } catch (error) {
      // A request that was cut off is counted too: the world may have changed.
      this.#world.control.counters.countRequest(caller.tenant.id, name, 0, units);
      throw error;
    }
  }

  async #perform(
    caller: Caller,
    request: HttpRequest,
    found: RouteMatch<GraphRoute> | 'wrongMethod' | undefined,
    units: number,
    ids: RequestIds,
  ): Promise<HttpReply> {
    try {
      if (found === undefined) throw noSuchPath(request.path);
      if (found === 'wrongMethod')
        throw new GraphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed.');
      const { route, params } = found;
      const write = request.method !== 'GET' && route.reads !== true;
      const headers = this.#charge(caller, request, units, write);
      if (write) this.#recordWrite(caller, request);
      if (!caller.token.permitsAny(route.allow)) throw forbidden();
      const reply = await route.handle(this.#context(caller, request, params));
      return { ...reply, headers: { 'x-ms-resource-unit': String(units), ...headers, ...reply.headers } };
    } catch (error) {
      return failure(error, ids);
    }
  }

  #context(caller: Caller, request: HttpRequest, params: Record<string, string>): GraphContext {
    const now = this.#world.clock.now();
    const eventual = request.headers['consistencylevel']?.toLowerCase() === 'eventual';
    return {
      ...caller,
      world: this.#world,
      directory: caller.tenant.replicas.choose(eventual ? 'eventual' : 'replica', now),
      params,
      query: request.query,
      headers: request.headers,
      body: parseJson(request.text),
      baseUrl: `https://${request.headers['host'] ?? 'localhost'}/v1.0`,
      path: request.path,
      now,
    };
  }

  /** Charges the caller and returns the headers that warn of a limit; throws the 429. */
  #charge(caller: Caller, request: HttpRequest, units: number, write: boolean): Record<string, string> {
    const { settings } = this.#world.control;
    const { tenantId, clientId } = caller.token;
    const { share, refused } = this.throttle.charge({
      tenantId,
      clientId,
      userCount: caller.tenant.directory.userIds().length,
      units,
      write,
      priority: request.headers['x-ms-throttle-priority'],
      now: this.#world.clock.now(),
    });
    const outcome =
      refused ??
      (this.#world.random.chance(settings.randomThrottleProbability)
        ? { retryAfterSeconds: settings.randomRetryAfterSeconds, information: 'CPULimitExceeded', limit: 'ReadWrite' }
        : undefined);
    if (outcome === undefined) return share > 0.8 ? { 'x-ms-throttle-limit-percentage': share.toFixed(2) } : {};
    throw new GraphError(429, 'TooManyRequests', 'Please retry again later.', {
      'Retry-After': String(outcome.retryAfterSeconds),
      'x-ms-throttle-information': outcome.information,
      'x-ms-throttle-scope': `Tenant_Application/${outcome.limit}/${clientId}/${tenantId}`,
      ...(share > 0.8 ? { 'x-ms-throttle-limit-percentage': share.toFixed(2) } : {}),
    });
  }

  #recordWrite(caller: Caller, request: HttpRequest): void {
    const { tenantId, clientId } = caller.token;
    this.#world.control.counters.recordWrite({ tenantId, clientId, method: request.method, path: request.path });
  }

  #requestIds(request: HttpRequest): RequestIds {
    const requestId = crypto.randomUUID();
    const clientRequestId = request.headers['client-request-id'] ?? requestId;
    return { requestId, clientRequestId, now: this.#world.clock.now() };
  }

  #finish(reply: HttpReply, ids: RequestIds): HttpReply {
    const diagnostic = {
      ServerInfo: { DataCenter: 'Local', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: 'SIM' },
    };
    const headers = {
      'Content-Type': JSON_TYPE,
      'OData-Version': '4.0',
      'request-id': ids.requestId,
      'client-request-id': ids.clientRequestId,
      'x-ms-ags-diagnostic': JSON.stringify(diagnostic),
    };
    return { ...reply, headers: { ...headers, ...reply.headers } };
  }
}

/** The answer to a failure on purpose; anything else is thrown on. */
function failure(error: unknown, ids: RequestIds): HttpReply {
  if (!(error instanceof GraphError)) throw error;
  return { status: error.status, headers: { ...error.headers }, body: errorEnvelope(error, ids) };
}

function codeOf(status: number): string {
  return status === 429 ? 'TooManyRequests' : status === 503 ? 'ServiceUnavailable' : 'UnknownError';
}

function noSuchPath(path: string): GraphError {
  return new GraphError(400, 'BadRequest', `Resource not found for the segment '${path.split('/')[1] ?? ''}'.`);
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw badRequest(
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    );
  }
}
