/** A failure of Graph on purpose: status, error code and message of the envelope, extra headers if any. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function badRequest(message: string): GraphError {
  return new GraphError(400, 'Request_BadRequest', message);
}

export function unsupportedQuery(message: string): GraphError {
  return new GraphError(400, 'Request_UnsupportedQuery', message);
}

export function notFound(id: string): GraphError {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return new GraphError(404, 'Request_ResourceNotFound', message);
}

export function forbidden(message = 'Insufficient privileges to complete the operation.'): GraphError {
  return new GraphError(403, 'Authorization_RequestDenied', message);
}

/** Ids of the request as they go into error bodies and response headers. */
export interface RequestIds {
  requestId: string;
  clientRequestId: string;
  /** Simulated time in milliseconds since the epoch. */
  now: number;
}

/** The error envelope as it looks on the wire; a 429 nests the code once more (Graph, "Throttling guidance"). */
export function errorEnvelope(error: GraphError, ids: RequestIds): unknown {
  const innerError = {
    date: new Date(ids.now).toISOString().slice(0, 19),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
  };
  const nested = error.status === 429 ? { code: '429', message: 'Please retry after', status: '429' } : {};
  return { error: { code: error.code, message: error.message, innerError: { ...nested, ...innerError } } };
}
