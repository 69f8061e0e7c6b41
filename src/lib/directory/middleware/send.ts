import { UnavailableError } from '../../errors.ts';
import { middleware, requestOf } from './step.ts';

/**
 * Last link of the chain: puts the request on the wire. No answer in time, or none at all, is UnavailableError.
 * The limit covers the body as well, which is read after the chain.
 */
export function send(fetch: typeof globalThis.fetch, timeoutMilliseconds: number) {
  return middleware(async (context) => {
    const { url } = requestOf(context);
    try {
      context.response = await fetch(url, { ...context.options, signal: AbortSignal.timeout(timeoutMilliseconds) });
    } catch (cause) {
      throw new UnavailableError(`Microsoft Graph (${url.host}) gave no answer.`, { cause });
    }
  });
}
