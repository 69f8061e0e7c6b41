import type { Simulator } from '../../dev/simulator/start-simulator.ts';

/** Status and parsed JSON of an answer. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** One plain HTTPS request to the simulator, JSON both ways. */
export async function request(
  simulator: Simulator,
  method: string,
  path: string,
  given: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<JsonAnswer> {
  const response = await fetch(`${simulator.url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...given.headers },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

/** One Graph request as the given token. */
export function graphRequest(
  simulator: Simulator,
  token: string,
  method: string,
  path: string,
  given: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<JsonAnswer> {
  const headers = { Authorization: `Bearer ${token}`, ...given.headers };
  return request(simulator, method, `/v1.0${path}`, { ...given, headers });
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
