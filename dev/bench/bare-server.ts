/** The least that a webhook could do: takes a POST, sends one queue message with the queue SDK, and answers 202. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { QueueServiceClient } from '@azure/storage-queue';
import { z } from 'zod';

async function serve(connectionString: string, queueName: string): Promise<void> {
  const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(queueName);
  await queue.createIfNotExists();
  const server = createServer((request, response) => {
    text(request)
      .then(() => queue.sendMessage('{"v":1,"a":"message as long as a request of the app is"}'.padEnd(330), forEver))
      .then(() => response.writeHead(202, { 'content-length': 0 }).end())
      .catch(() => response.writeHead(503, { 'content-length': 0 }).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.({ type: 'started', port: z.object({ port: z.number() }).parse(server.address()).port });
}

const forEver = { messageTimeToLive: -1 };

if (import.meta.main) {
  process.once('disconnect', () => process.exit(0));
  void serve(process.env['BENCH_STORAGE'] ?? '', process.env['BENCH_QUEUE'] ?? '');
}
