import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const callSchema = z.object({
  function: z.string(),
  input: z.unknown(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  /** The host's time, milliseconds. */
  now: z.number(),
  pid: z.number(),
});

/** One invocation of the gated app that waits for its answer. */
export interface Call extends z.infer<typeof callSchema> {
  succeed(): void;
  fail(): void;
}

export interface Gate {
  url: string;
  /** All calls so far, answered or not. */
  calls: readonly Call[];
  /** The next call that no one has taken yet; waits for it. */
  next(): Promise<Call>;
  /** Calls that wait in line, untaken. */
  waiting(): number;
  close(): void;
}

/** The server that test/host/fixtures/gated.ts asks at each invocation. */
export async function openGate(): Promise<Gate> {
  const calls: Call[] = [];
  const line: Call[] = [];
  const takers: ((call: Call) => void)[] = [];
  const server = createServer((request, response) => {
    const end = (status: number) => () => void response.writeHead(status).end();
    void json(request).then((body) => {
      const call: Call = { ...callSchema.parse(body), succeed: end(200), fail: end(500) };
      calls.push(call);
      const taker = takers.shift();
      if (taker === undefined) line.push(call);
      else taker(call);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    waiting: () => line.length,
    next: () => {
      const call = line.shift();
      return call === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(call);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
