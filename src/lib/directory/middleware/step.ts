import type { Context, Middleware } from '@microsoft/microsoft-graph-client';

/** What one middleware does with a request: change the context, call `next` once, several times or not at all. */
export type Step = (context: Context, next: () => Promise<void>) => Promise<void>;

/** Wraps a step as a link of the Graph client's chain. */
export function middleware(step: Step): Middleware {
  let following: Middleware | undefined;
  return {
    execute: (context) => step(context, async () => following?.execute(context)),
    setNext: (next) => {
      following = next;
    },
  };
}

/** Method, URL and body of the request as it stands in the chain. */
export function requestOf(context: Context): { method: string; url: URL; body: unknown } {
  const { request, options } = context;
  // The Graph client always gives a string; its type allows the other forms that fetch takes.
  const url = typeof request === 'string' ? request : 'url' in request ? request.url : request.href;
  return { method: (options?.method ?? 'GET').toUpperCase(), url: new URL(url), body: options?.body };
}

/** Sets one header, whatever form the headers have so far. */
export function setHeader(context: Context, name: string, value: string): void {
  const headers = new Headers(context.options?.headers);
  headers.set(name, value);
  context.options = { ...context.options, headers };
}

/** One header of the request, undefined when it is not set. */
export function headerOf(context: Context, name: string): string | undefined {
  return new Headers(context.options?.headers).get(name) ?? undefined;
}
