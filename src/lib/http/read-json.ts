import { type Answer, problem } from './answer.ts';

/** The parts of a request that are read here; `HttpRequest` of the Functions library has them. */
export interface Incoming {
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A body, or the answer that refuses it. */
export type JsonBody = { readonly value: unknown } | { readonly refused: Answer };

/** Reads a JSON body: media type, size in bytes, UTF-8 and JSON, in this order. Its shape is the caller's to check. */
export async function readJson(request: Incoming, maxBytes: number): Promise<JsonBody> {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    return { refused: problem(415, 'The body must be application/json.') };
  }
  const tooLarge = { refused: problem(413, `The body is larger than ${maxBytes} bytes.`) };
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge;
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > maxBytes) return tooLarge;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return { value };
  } catch {
    return { refused: problem(400, 'The body is not JSON.') };
  }
}
