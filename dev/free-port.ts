import { createServer } from 'node:net';
import { z } from 'zod';

/** The preferred port of 127.0.0.1 if it is free, else a free one; 0 prefers none. */
export async function freePort(preferred: number): Promise<number> {
  return (await tryPort(preferred)) ?? (await tryPort(0)) ?? 0;
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen(port, '127.0.0.1', () => {
      const { port: taken } = z.object({ port: z.number() }).parse(server.address());
      server.close(() => {
        resolve(taken);
      });
    });
  });
}
