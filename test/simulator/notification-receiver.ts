import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

const entrySchema = z.record(z.string(), z.unknown());
const batchSchema = z.object({ value: z.array(entrySchema) });

/** One notification of a POST. */
export type ReceivedEntry = z.infer<typeof entrySchema>;

/** One POST as it arrived. */
export interface ReceivedPost {
  readonly path: string;
  readonly contentType: string;
  readonly entries: readonly ReceivedEntry[];
  /** Whether the receiver answered it with a 2xx. */
  readonly accepted: boolean;
}

/** A plain http server that plays the app's webhook and keeps what it is sent. */
export interface NotificationReceiver {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Posts with notifications, oldest first. */
  readonly posts: ReceivedPost[];
  /** Handshakes, oldest first: the whole request target as it came over the wire. */
  readonly handshakes: { readonly target: string; readonly contentType: string }[];
  /** Entries of all accepted posts, oldest first. */
  entries(): readonly ReceivedEntry[];
  /** How posts with notifications are answered: with a status, or never. Default 202. */
  answer: number | 'silence';
  /** How the handshake is answered; by default as Graph asks for it. */
  onHandshake: (token: string, response: ServerResponse, target: string) => void;
  close(): Promise<void>;
}

/** Echoes the decoded token as plain text. */
export function passHandshake(token: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain' }).end(token);
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  const chunks: AsyncIterable<string> = request;
  for await (const chunk of chunks) text += chunk;
  return text;
}

/** Starts a receiver on 127.0.0.1, by default on a free port. */
export async function startReceiver(onPort = 0): Promise<NotificationReceiver> {
  const server = createServer((request, response) => {
    void receive(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(onPort, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const receiver: NotificationReceiver = {
    url: `http://127.0.0.1:${port}`,
    posts: [],
    handshakes: [],
    entries: () => receiver.posts.filter((post) => post.accepted).flatMap((post) => post.entries),
    answer: 202,
    onHandshake: passHandshake,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.url ?? '/';
    const contentType = request.headers['content-type'] ?? '';
    const text = await readText(request);
    const { pathname, searchParams } = new URL(target, receiver.url);
    const token = searchParams.get('validationToken');
    if (token !== null) {
      receiver.handshakes.push({ target, contentType });
      receiver.onHandshake(token, response, target);
      return;
    }
    const { answer } = receiver;
    const accepted = answer !== 'silence' && answer < 300;
    receiver.posts.push({ path: pathname, contentType, entries: batchSchema.parse(JSON.parse(text)).value, accepted });
    if (answer !== 'silence') response.writeHead(answer).end();
  }

  return receiver;
}
