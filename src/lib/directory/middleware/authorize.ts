import type { Context } from '@microsoft/microsoft-graph-client';
import type { GraphTokens } from '../graph-tokens.ts';
import { middleware, setHeader } from './step.ts';

/**
 * Adds the access token. After 401, and after 403 as far as `GraphTokens.drop` allows, the token is dropped and the request
 * is sent once more with a new one: a token older than the administrator's consent lacks the new permission (A22).
 */
export function authorize(tokens: GraphTokens) {
  return middleware(async (context, next) => {
    const token = await sendWithToken(context, next, tokens);
    const { response } = context;
    if (response?.status !== 401 && response?.status !== 403) return;
    if (!tokens.drop(token, response.status)) return;
    await response.body?.cancel();
    await sendWithToken(context, next, tokens);
  });
}

async function sendWithToken(context: Context, next: () => Promise<void>, tokens: GraphTokens): Promise<string> {
  const token = await tokens.get();
  setHeader(context, 'authorization', `Bearer ${token}`);
  await next();
  return token;
}
