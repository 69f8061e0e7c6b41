import { STATUS_CODES } from 'node:http';

/** An HTTP answer, complete; a Functions handler returns it as it is. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** What goes with a problem beside its sentence. */
export interface ProblemExtras {
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of the problem document, for example the faults of a rules document. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A JSON answer. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...safely, ...headers },
    body: JSON.stringify(value),
  };
}

/**
 * A problem document (RFC 9457). `detail` is a constant sentence of ours: never the text of an error, of the request or of
 * another system.
 */
export function problem(status: number, detail: string, { headers = {}, members = {} }: ProblemExtras = {}): Answer {
  const document = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...members };
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...safely, ...headers },
    body: JSON.stringify(document),
  };
}

const safely = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

/**
 * The answer to Graph's validation handshake: the decoded token and nothing else, within 10 seconds ("Receive change
 * notifications through webhooks"). Anybody may call this, so a browser must never take the echo for a page.
 */
export function handshake(validationToken: string): Answer {
  return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...safely }, body: validationToken };
}
