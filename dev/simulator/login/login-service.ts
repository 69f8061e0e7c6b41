import type { HttpReply, HttpRequest } from '../http-message.ts';
import { RouteMatcher } from '../route-matcher.ts';
import { retryAfterHeader, underFault } from '../under-fault.ts';
import type { World } from '../world/world.ts';
import { answerIdentityCall } from './identity-endpoint.ts';
import { loginErrorReply, loginFailures } from './login-error.ts';
import type { TokenAuthority } from './token-authority.ts';
import { answerTokenCall } from './token-endpoint.ts';

interface LoginRoute {
  method: 'GET' | 'POST';
  path: string;
  handle(request: HttpRequest, tenantId: string): HttpReply | Promise<HttpReply>;
}

/** The Microsoft identity platform for all tenants, and the managed identity endpoint beside it. */
export class LoginService {
  readonly #world: World;
  readonly #authority: TokenAuthority;
  readonly #baseUrl: () => string;
  readonly #routes: RouteMatcher<LoginRoute>;

  constructor(world: World, authority: TokenAuthority, baseUrl: () => string) {
    this.#world = world;
    this.#authority = authority;
    this.#baseUrl = baseUrl;
    this.#routes = new RouteMatcher<LoginRoute>([
      {
        method: 'GET',
        path: '/{tenant}/v2.0/.well-known/openid-configuration',
        handle: (_request, tenantId) => this.#discovery(tenantId),
      },
      { method: 'GET', path: '/{tenant}/discovery/v2.0/keys', handle: () => this.#keys() },
      {
        method: 'POST',
        path: '/{tenant}/oauth2/v2.0/token',
        handle: ({ text }, tenantId) => {
          const form = new URLSearchParams(text);
          return answerTokenCall({ world, authority, tenantId, form, baseUrl: baseUrl() });
        },
      },
      { method: 'GET', path: '/msi/token', handle: (request) => answerIdentityCall(world, authority, request) },
    ]);
  }

  /** The answer, or undefined when the path is none of login's. */
  async answer(request: HttpRequest): Promise<HttpReply | undefined> {
    const found = this.#routes.find(request.method, request.path);
    if (found === undefined || found === 'wrongMethod') return undefined;
    const tenantId = found.params['tenant'] ?? '';
    const target = { method: request.method, path: request.path, tenantId: tenantId.toLowerCase() };
    return underFault(
      this.#world,
      target,
      () => found.route.handle(request, tenantId),
      (status, fault) => ({
        status,
        headers: retryAfterHeader(fault),
        body: { error: fault.code ?? 'temporarily_unavailable', error_description: 'The server is temporarily busy.' },
      }),
    );
  }

  #discovery(tenantId: string): HttpReply {
    if (this.#world.findTenant(tenantId) === undefined) {
      return loginErrorReply(loginFailures.unknownTenant(tenantId), this.#world.clock.now());
    }
    const base = `${this.#baseUrl()}/${tenantId}`;
    return {
      status: 200,
      body: {
        issuer: this.#authority.issuer(tenantId),
        token_endpoint: `${base}/oauth2/v2.0/token`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
        response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
        tenant_region_scope: 'EU',
      },
    };
  }

  async #keys(): Promise<HttpReply> {
    return { status: 200, body: { keys: [await this.#authority.jwk()] } };
  }
}
