/** A request after the wire: header names in lower case, the path without query and host. */
export interface HttpRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  /** The body as text; empty when there was none. */
  text: string;
}

/** An answer before the wire. A string body is sent as it is, anything else but undefined as JSON. */
export interface HttpReply {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Thrown by a handler when the connection shall be cut without an answer. */
export class ConnectionDropped extends Error {}
