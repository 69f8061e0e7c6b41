import type { TokenCredential } from '@azure/identity';
import type { Simulator } from '../../dev/simulator/start-simulator.ts';

export const GRAPH = 'https://graph.microsoft.com/.default';

/** The token a credential gets; fails when none comes. */
export async function tokenOf(credential: TokenCredential, scope = GRAPH): Promise<string> {
  const token = await credential.getToken(scope);
  if (token === null) throw new Error('No token came.');
  return token.token;
}

/** The AADSTS code that @azure/identity's error names; fails when a token comes. */
export async function loginFailure(credential: TokenCredential, scope = GRAPH): Promise<number> {
  const message = await credential.getToken(scope).then(
    () => 'A token came, which it should not.',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const code = /AADSTS(\d+):/.exec(message)?.[1];
  if (code === undefined) throw new Error(message);
  return Number(code);
}

/** How a credential of @azure/identity is pointed at the simulated login. */
export function signInOptions(simulator: Simulator) {
  return { authorityHost: simulator.url, disableInstanceDiscovery: true, retryOptions: { maxRetries: 0 } };
}
