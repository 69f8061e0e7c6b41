import { request as httpRequest, Agent as HttpAgent } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as HttpsAgent } from 'node:https';

/** What came back from a notification endpoint; `ms` is how long that took on the wire, in real milliseconds. */
export type PostOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly ms: number;
    }
  | { readonly kind: 'timeout'; readonly ms: number }
  | { readonly kind: 'failed'; readonly reason: string; readonly ms: number };

/** What is sent: an empty `body` for the handshake, JSON for notifications. */
export interface Post {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  /** Real milliseconds until the whole answer must be there. */
  readonly timeoutMs: number;
}

/** Sends posts over kept-alive connections until it is closed. */
export interface Sender {
  send(post: Post): Promise<PostOutcome>;
  /** Breaks every connection; posts on the way come back as failed. */
  close(): void;
}

/** An endpoint that floods its answer is cut off here; nobody reads more than a validation token. */
const LONGEST_BODY = 64 * 1024;

function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: string[] = [];
    let length = 0;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      length += chunk.length;
      if (length <= LONGEST_BODY) chunks.push(chunk);
    });
    response.on('end', () => {
      resolve(chunks.join(''));
    });
    response.on('error', reject);
    response.on('aborted', () => {
      reject(new Error('The answer broke off.'));
    });
  });
}

/** Connections are shared by URL and kept alive, as Graph does; the number in parallel is bounded per host. */
export function createSender(connectionsPerHost = 32): Sender {
  const agents = {
    http: new HttpAgent({ keepAlive: true, maxSockets: connectionsPerHost }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: connectionsPerHost }),
  };

  function send({ url, contentType, body, timeoutMs }: Post): Promise<PostOutcome> {
    const started = performance.now();
    const elapsed = (): number => performance.now() - started;
    return new Promise((resolve) => {
      const deadline = AbortSignal.timeout(timeoutMs);
      const secure = url.startsWith('https:');
      const options = {
        method: 'POST',
        agent: secure ? agents.https : agents.http,
        signal: deadline,
        headers: { 'content-type': contentType, 'content-length': Buffer.byteLength(body) },
      };
      const fail = (error: Error): void => {
        resolve(
          deadline.aborted
            ? { kind: 'timeout', ms: elapsed() }
            : { kind: 'failed', reason: error.message, ms: elapsed() },
        );
      };
      const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
        readBody(response).then((text) => {
          const answerType = response.headers['content-type'] ?? '';
          resolve({
            kind: 'answered',
            status: response.statusCode ?? 0,
            contentType: answerType,
            body: text,
            ms: elapsed(),
          });
        }, fail);
      });
      request.on('error', fail);
      request.end(body);
    });
  }

  return {
    send,
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}
