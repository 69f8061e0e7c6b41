/**
 * Sends POSTs at a steady rate, whatever becomes of them, in a process of its own. The time of each is taken from when it was
 * due, so that a server that stalls is not flattered by requests that were sent late because of it.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { z } from 'zod';

export const loadOrderSchema = z.object({
  id: z.number(),
  url: z.string(),
  /** Bodies in turn. */
  bodies: z.array(z.string()).min(1),
  perSecond: z.number(),
  seconds: z.number(),
});
export type LoadOrder = Omit<z.infer<typeof loadOrderSchema>, 'id'>;

export const loadResultSchema = z.object({
  /** Milliseconds until the answer was there, of each request. */
  milliseconds: z.array(z.number()),
  /** Answers by status. */
  statuses: z.record(z.string(), z.number()),
});
export type LoadResult = z.infer<typeof loadResultSchema>;

/** Connections, each with one request at a time; a request that finds them all busy waits, and its time goes on. */
const connections = 128;

async function generate({ url, bodies, perSecond, seconds }: LoadOrder): Promise<LoadResult> {
  const requests = bodies.map((body) => requestText(url, body));
  const total = perSecond * seconds;
  const interval = 1000 / perSecond;
  const milliseconds: number[] = [];
  const statuses: Record<string, number> = {};
  const free = await Promise.all(Array.from({ length: connections }, () => open(url)));
  const sockets = [...free];
  const finished = Promise.withResolvers<undefined>();
  const startedAt = performance.now();
  let sent = 0;
  const sendDue = (): void => {
    while (sent < total && startedAt + sent * interval <= performance.now()) {
      // In turn, so that none is idle for long and closed by the server.
      const connection = free.shift();
      if (connection === undefined) return;
      const dueAt = startedAt + sent * interval;
      connection.post(requests[sent % requests.length] ?? '', (status) => {
        milliseconds.push(performance.now() - dueAt);
        statuses[status] = (statuses[status] ?? 0) + 1;
        free.push(connection);
        if (milliseconds.length === total) finished.resolve(undefined);
        else sendDue();
      });
      sent += 1;
    }
  };
  const timer = setInterval(sendDue, 1);
  await finished.promise;
  clearInterval(timer);
  for (const socket of sockets) socket.close();
  return { milliseconds, statuses };
}

interface Connection {
  post(request: string, answered: (status: string) => void): void;
  close(): void;
}

/**
 * HTTP by hand, as far as the servers measured here speak it: `node:http`'s own client takes as long for a request as the
 * server does, on the same two cores. A lost connection ends the process, and with it the measurement.
 */
async function open(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let received = '';
  let answered: (status: string) => void = () => undefined;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    const head = /^HTTP\/1\.1 (\d+)[^]*?\r\ncontent-length: (\d+)[^]*?\r\n\r\n/i.exec(received);
    if (head === null || received.length < head[0].length + Number(head[2])) return;
    received = '';
    answered(head[1] ?? '');
  });
  return {
    post(request, then) {
      answered = then;
      socket.write(request);
    },
    close: () => {
      socket.destroy();
    },
  };
}

function requestText(url: string, body: string): string {
  const { pathname, host } = new URL(url);
  const lines = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function listen(): void {
  process.on('message', (message) => {
    const order = loadOrderSchema.safeParse(message);
    if (!order.success) return;
    const { id } = order.data;
    void generate(order.data).then((result) => process.send?.({ id, ...result }));
  });
  process.once('disconnect', () => process.exit(0));
}

if (import.meta.main) listen();
