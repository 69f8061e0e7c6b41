/** Anything that answers a method on a path pattern with `{name}` parts. */
export interface Routed {
  readonly method: string;
  readonly path: string;
}

/** A route that fits, with the decoded values of its parts. */
export interface RouteMatch<R> {
  route: R;
  params: Record<string, string>;
}

interface CompiledRoute<R> {
  route: R;
  pattern: RegExp;
  segments: number;
  /** Fewer placeholders mean a closer fit: `/users/delta` before `/users/{id}`. */
  placeholders: number;
}

/** Finds routes by path. Patterns are compared without regard to case, as Graph and Key Vault do. */
export class RouteMatcher<R extends Routed> {
  readonly #routes: readonly CompiledRoute<R>[];

  constructor(routes: readonly R[]) {
    this.#routes = routes.map(compile).sort((left, right) => left.placeholders - right.placeholders);
  }

  /** The closest route of that method; undefined when no route has such a path. */
  find(method: string, path: string): RouteMatch<R> | 'wrongMethod' | undefined {
    const segments = path.split('/').length;
    let pathIsKnown = false;
    for (const candidate of this.#routes) {
      if (candidate.segments !== segments) continue;
      const match = candidate.pattern.exec(path);
      if (match === null) continue;
      if (candidate.route.method !== method) {
        pathIsKnown = true;
        continue;
      }
      return { route: candidate.route, params: decodeAll(match.groups ?? {}) };
    }
    return pathIsKnown ? 'wrongMethod' : undefined;
  }
}

function compile<R extends Routed>(route: R): CompiledRoute<R> {
  const source = route.path
    .split(/(\{\w+\})/)
    .map((part) =>
      part.startsWith('{') ? `(?<${part.slice(1, -1)}>[^/]+?)` : part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'),
    )
    .join('');
  return {
    route,
    pattern: new RegExp(`^${source}$`, 'i'),
    segments: route.path.split('/').length,
    placeholders: route.path.split('{').length - 1,
  };
}

function decodeAll(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]));
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
