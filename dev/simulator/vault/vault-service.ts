import { z } from 'zod';
import type { HttpReply, HttpRequest } from '../http-message.ts';
import type { TokenAuthority } from '../login/token-authority.ts';
import { RouteMatcher } from '../route-matcher.ts';
import { retryAfterHeader, underFault } from '../under-fault.ts';
import type { World } from '../world/world.ts';
import type { SecretVersion } from './vault.ts';

const attributesSchema = z.object({
  exp: z.number().nullable().optional(),
  nbf: z.number().nullable().optional(),
  enabled: z.boolean().optional(),
});

const setSchema = z.object({
  value: z.string().max(25_600),
  contentType: z.string().max(255).nullable().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  attributes: attributesSchema.optional(),
});

const updateSchema = setSchema.omit({ value: true });

interface VaultCall {
  name: string;
  version: string;
  baseUrl: string;
  body: unknown;
}

interface VaultRoute {
  method: 'GET' | 'PUT' | 'PATCH';
  path: string;
  handle(call: VaultCall): HttpReply;
}

/** Key Vault's secrets API (Key Vault REST API reference): read, versions, set, update; 401 challenge first. */
export class VaultService {
  readonly #world: World;
  readonly #authority: TokenAuthority;
  readonly #routes: RouteMatcher<VaultRoute>;

  constructor(world: World, authority: TokenAuthority) {
    this.#world = world;
    this.#authority = authority;
    this.#routes = new RouteMatcher<VaultRoute>([
      { method: 'GET', path: '/secrets', handle: (call) => this.#list(call) },
      { method: 'GET', path: '/secrets/{name}', handle: (call) => this.#read(call) },
      { method: 'PUT', path: '/secrets/{name}', handle: (call) => this.#set(call) },
      { method: 'GET', path: '/secrets/{name}/versions', handle: (call) => this.#versions(call) },
      { method: 'GET', path: '/secrets/{name}/{version}', handle: (call) => this.#read(call) },
      { method: 'PATCH', path: '/secrets/{name}/{version}', handle: (call) => this.#update(call) },
    ]);
  }

  /** The answer, or undefined when the path is none of the vault's. */
  async answer(request: HttpRequest): Promise<HttpReply | undefined> {
    // The SDK asks for the newest version with an empty last segment.
    const path = request.path.replace(/\/$/, '');
    if (!/^\/secrets(\/|$)/i.test(path)) return undefined;
    return underFault(
      this.#world,
      { method: request.method, path },
      () => this.#answer(request, path),
      (status, fault) => ({
        ...failure(status, fault.code ?? 'Throttled', 'Scripted fault.'),
        headers: retryAfterHeader(fault),
      }),
    );
  }

  async #answer(request: HttpRequest, path: string): Promise<HttpReply> {
    const bearer = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
    const verified = bearer && (await this.#authority.verify(bearer, ['https://vault.azure.net']));
    if (verified === undefined || typeof verified === 'string') return this.#challenge(request);
    if (!request.query.has('api-version'))
      return failure(400, 'BadParameter', 'The api-version query parameter is missing.');
    const found = this.#routes.find(request.method, path);
    if (found === undefined) return failure(404, 'NotFound', 'The path is unknown.');
    if (found === 'wrongMethod') return failure(405, 'MethodNotAllowed', 'The method is not allowed.');
    const { name = '', version = '' } = found.params;
    const baseUrl = `https://${request.headers['host'] ?? 'localhost'}`;
    return found.route.handle({ name, version, baseUrl, body: parseJson(request.text) });
  }

  #challenge(request: HttpRequest): HttpReply {
    const tenantId = this.#world.tenants.keys().next().value ?? 'common';
    const authorization = `https://${request.headers['host'] ?? 'localhost'}/${tenantId}`;
    const challenge = `Bearer authorization="${authorization}", resource="https://vault.azure.net"`;
    return {
      ...failure(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.'),
      headers: { 'WWW-Authenticate': challenge },
    };
  }

  #read({ name, version, baseUrl }: VaultCall): HttpReply {
    const found = this.#world.vault.find(name, version);
    if (found === undefined) return secretNotFound(name);
    if (!found.enabled) return failure(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.');
    return { status: 200, body: { value: found.value, ...bundle(baseUrl, name, found) } };
  }

  #versions({ name, baseUrl }: VaultCall): HttpReply {
    const versions = this.#world.vault.versions(name);
    return { status: 200, body: { value: versions.map((one) => bundle(baseUrl, name, one)), nextLink: null } };
  }

  #list({ baseUrl }: VaultCall): HttpReply {
    const newest = [...this.#world.vault.secrets].flatMap(([name, versions]) => {
      const last = versions.at(-1);
      return last === undefined ? [] : [{ ...bundle(baseUrl, name, last), id: `${baseUrl}/secrets/${name}` }];
    });
    return { status: 200, body: { value: newest, nextLink: null } };
  }

  #set({ name, baseUrl, body }: VaultCall): HttpReply {
    const parsed = setSchema.safeParse(body);
    if (!parsed.success) return failure(400, 'BadParameter', parsed.error.issues[0]?.message ?? '');
    const added = this.#world.vault.set(name, parsed.data.value, changesOf(parsed.data));
    return { status: 200, body: { value: added.value, ...bundle(baseUrl, name, added) } };
  }

  #update({ name, version, baseUrl, body }: VaultCall): HttpReply {
    const parsed = updateSchema.safeParse(body);
    if (!parsed.success) return failure(400, 'BadParameter', parsed.error.issues[0]?.message ?? '');
    const updated = this.#world.vault.update(name, version, changesOf(parsed.data));
    return updated === undefined ? secretNotFound(name) : { status: 200, body: bundle(baseUrl, name, updated) };
  }
}

function changesOf(given: z.infer<typeof updateSchema>): Partial<SecretVersion> {
  const { attributes, contentType, tags } = given;
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(tags === undefined ? {} : { tags }),
    ...(attributes?.enabled === undefined ? {} : { enabled: attributes.enabled }),
    ...(attributes?.exp === undefined ? {} : { expires: attributes.exp }),
    ...(attributes?.nbf === undefined ? {} : { notBefore: attributes.nbf }),
  };
}

/** A secret without its value. */
function bundle(baseUrl: string, name: string, secret: SecretVersion) {
  const { expires, notBefore, contentType } = secret;
  return {
    id: `${baseUrl}/secrets/${name}/${secret.version}`,
    ...(contentType === null ? {} : { contentType }),
    attributes: {
      enabled: secret.enabled,
      ...(notBefore === null ? {} : { nbf: notBefore }),
      ...(expires === null ? {} : { exp: expires }),
      created: secret.created,
      updated: secret.updated,
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
    },
    tags: secret.tags,
  };
}

function secretNotFound(name: string): HttpReply {
  const message = `A secret with (name/id) ${name} was not found in this key vault.`;
  return failure(404, 'SecretNotFound', message);
}

function failure(status: number, code: string, message: string): HttpReply {
  return { status, body: { error: { code, message } } };
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
