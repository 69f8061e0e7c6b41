/** The host process: started by spawn-host.ts, ends with its parent. */
import '../local-connections.ts';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { createHostLog } from './host-log.ts';
import { parseHostJson } from './host-json.ts';
import { createLineWriter } from './line-writer.ts';
import { hostOptionsSchema, hostOptionsVariable, requestSchema } from './protocol.ts';
import { startHost } from './start-host.ts';
import type { RunningHost } from './start-host.ts';

async function main(): Promise<void> {
  const options = hostOptionsSchema.parse(JSON.parse(process.env[hostOptionsVariable] ?? 'null'));
  const hostJson = parseHostJson(readFileSync(options.hostJson, 'utf8'), process.env);
  const write = createLineWriter((text) => process.stdout.write(text));
  const log = createHostLog(hostJson.logging.logLevel.default, write);
  const host = await startHost({
    bundle: options.bundle,
    hostJson,
    settings: process.env,
    port: options.port,
    timerStatusFile: options.timerStatusFile,
    log,
  });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void host.stop().finally(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, stop);
  // Emitted by the clock's preload once Date is shifted; Node's types know no such event.
  z.custom<NodeJS.EventEmitter>()
    .parse(process)
    .on('clock', () => {
      host.wake();
    });
  process.on('message', (message) => {
    const request = requestSchema.safeParse(message);
    if (request.success) void answer(host, request.data, stop);
  });
  process.send?.({ type: 'started', url: host.url, functionNames: host.functionNames });
}

async function answer(host: RunningHost, request: z.infer<typeof requestSchema>, stop: () => void): Promise<void> {
  const { id } = request;
  try {
    if (request.type === 'prepareJump') await host.prepareJump(request.milliseconds);
    if (request.type === 'run') {
      const run = host.runNow(request.name, request.input);
      if (run === undefined) throw new Error(`There is no timer or queue function ${request.name}.`);
      await run;
    }
    if (request.type === 'stop') stop();
    process.send?.({ id, ...(request.type === 'status' && { status: host.status() }) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`The host did not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
