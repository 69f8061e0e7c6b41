import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { z } from 'zod';
import { buildBundle } from '../../dev/build.ts';
import { startStack } from '../../dev/stack.ts';
import type { Stack, StackOptions } from '../../dev/stack.ts';
import { eventually } from './eventually.ts';

const hour = 60 * 60_000;
const pidsSchema = z.object({ host: z.number(), azurite: z.number() });

describe('the local stack', () => {
  let folder: string;
  let bundle: string;
  const start = (options: StackOptions = {}): Promise<Stack> =>
    startStack({
      bundle,
      prepare: () => undefined,
      settings: ({ connectionString }) => ({ AzureWebJobsStorage: connectionString }),
      ...options,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolecall-stack-'));
    bundle = await buildBundle({
      entryPoint: resolve(__dirname, 'fixtures/echo.ts'),
      bundle: join(folder, 'echo.cjs'),
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('moves all its parts together', async () => {
    const stack = await start();
    await stack.advance(7 * 24 * hour);
    const queue = QueueServiceClient.fromConnectionString(stack.proxy.connectionString).getQueueClient('time');
    const created = await queue.create();
    const answer = await fetch(`${stack.urls.host}/api/now`);
    const times = [created.date?.getTime(), Number(await answer.text()), stack.simulator.world.clock.now()];
    // The service's date header has no milliseconds.
    for (const time of times) expect(Math.abs((time ?? 0) - Date.now() - 7 * 24 * hour)).toBeLessThan(5_000);
    await stack.stop();
  });

  it('follows a clock that somebody else moves', async () => {
    const stack = await start();
    stack.clock.advance(hour);
    const now = async (): Promise<number> => Number(await (await fetch(`${stack.urls.host}/api/now`)).text());
    await eventually(now, (time) => time > Date.now() + hour - 5_000);
    await stack.stop();
  });

  it('moves on when its host is killed in the middle of a jump', async () => {
    const stack = await start();
    const { host } = stack;
    const moved = stack.advance(20 * 24 * hour);
    process.kill(host.pid, 'SIGKILL');
    await moved;
    expect(stack.clock.offset()).toBe(20 * 24 * hour);
    await stack.settled();
    await stack.restartHost();
    expect(Number(await (await fetch(`${stack.urls.host}/api/now`)).text())).toBeGreaterThan(
      Date.now() + 19 * 24 * hour,
    );
    await stack.stop();
  });

  it('goes on from its folder: ports, clock and data', async () => {
    const dir = join(folder, 'kept');
    const first = await start({ dir });
    await first.advance(hour);
    await QueueServiceClient.fromConnectionString(first.storage.connectionString).createQueue('kept');
    const { urls } = first;
    await expect(start({ dir })).rejects.toThrow(`Process ${process.pid} runs a stack in ${dir}.`);
    await first.stop();

    const second = await start({ dir });
    expect(second.urls).toMatchObject({ host: urls.host, simulator: urls.simulator });
    expect(second.clock.offset()).toBe(hour);
    const service = QueueServiceClient.fromConnectionString(second.storage.connectionString);
    expect(await service.getQueueClient('kept').exists()).toBe(true);
    await second.stop();

    const third = await start({ dir, fresh: true });
    expect(third.clock.offset()).toBe(0);
    expect(JSON.parse(await readFile(join(dir, 'stack.json'), 'utf8'))).toMatchObject({
      pid: process.pid,
      hostUrl: third.urls.host,
    });
    await third.stop();
  });

  it('takes a free port for one that is taken, and says which', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = z.object({ port: z.number() }).parse(squatter.address());
    const stack = await start({ ports: { host: port, simulator: port } });
    expect(stack.urls.host).not.toContain(`:${port}`);
    expect(stack.host.url).toBe(stack.urls.host);
    await stack.stop();
    squatter.close();
  });

  it('ends with its parent, even one that is killed', async () => {
    const parent = fork(resolve(__dirname, 'fixtures/stack-parent.ts'), [bundle], {
      execPath: process.execPath,
      execArgv: [],
    });
    const { host, azurite } = pidsSchema.parse(await new Promise((tell) => parent.once('message', tell)));
    expect([host, azurite].map(isAlive)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await eventually(
      () => [host, azurite].map(isAlive),
      (alive) => !alive.includes(true),
    );
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
