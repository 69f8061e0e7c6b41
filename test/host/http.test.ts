import { request } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { buildBundle } from '../../dev/build.ts';
import { spawnHost } from '../../dev/host/spawn-host.ts';
import type { Host, SpawnHostOptions } from '../../dev/host/spawn-host.ts';
import type { HostLogLine } from '../../dev/host/host-log.ts';
import { eventually } from './eventually.ts';

const echoSchema = z.object({
  params: z.record(z.string(), z.string()),
  query: z.record(z.string(), z.string()),
  body: z.base64(),
  url: z.string(),
});

describe('HTTP functions on the local host', () => {
  let folder: string;
  let bundle: string;
  let host: Host;
  const lines: HostLogLine[] = [];
  const start = (options: Partial<SpawnHostOptions> = {}): Promise<Host> =>
    spawnHost({ bundle, settings: {}, onLine: (line) => lines.push(line), ...options });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolecall-http-'));
    bundle = await buildBundle({
      entryPoint: resolve(__dirname, 'fixtures/echo.ts'),
      bundle: join(folder, 'echo.cjs'),
    });
    host = await start({ settings: { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1000' } });
  });
  afterAll(async () => {
    await host.stop();
    await rm(folder, { recursive: true });
  });

  /** Sends a request as it is: fetch would normalize it. */
  const send = async (
    method: string,
    path: string,
    body: Buffer | string = '',
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(`${host.url}${path}`, { method, headers }, (response) => {
        void text(response).then((content) => {
          resolve({ status: response.statusCode ?? 0, body: content });
        });
      });
      sent.on('error', reject).end(body);
    });

  it('hands over route parameters and query decoded once, and the body as the bytes it was', async () => {
    const bytes = Buffer.from([0, 255, 254, 0x7b]);
    const path = '/api/Tenants/a%20%2Fb/echo?validationToken=a%2Bb+c%2525&twice=1&twice=2&empty=';
    const answer = echoSchema.parse(JSON.parse((await send('POST', path, bytes)).body));
    expect(answer.params).toEqual({ tenantId: 'a /b' });
    expect(answer.query).toEqual({ validationToken: 'a+b c%25', twice: '1,2', empty: '' });
    expect(Buffer.from(answer.body, 'base64')).toEqual(bytes);
    expect(answer.url).toBe(`${host.url}${path}`);
  });

  it.each([
    ['PUT', '/api/nothing', 404],
    ['POST', '/nothing', 404],
    ['POST', '/api/nothing/more', 404],
    ['POST', '/api/tenants/%E0%A4%A/echo', 404],
    ['POST', '/admin/functions/unknown', 404],
    ['POST', '/api/NOTHING', 204],
  ])('%s %s gives %d', async (method, path, status) => {
    expect(await send(method, path)).toEqual({ status, body: '' });
  });

  it('answers 500 without a word when a function throws, and logs why', async () => {
    expect(await send('GET', '/api/failing')).toEqual({ status: 500, body: '' });
    const logged = await eventually(
      () => lines.find(({ message }) => message.includes('a secret reason')),
      (line) => line !== undefined,
    );
    expect(logged).toMatchObject({ level: 'error', source: 'host', function: 'failing' });
  });

  it.each([
    ['told by its length', {}],
    ['in chunks of unknown length', { 'transfer-encoding': 'chunked' }],
  ])('refuses a body over the limit %s with 413', async (_, headers: Record<string, string>) => {
    const echo = '/api/tenants/t/echo';
    expect((await send('POST', echo, Buffer.alloc(1000), headers)).status).toBe(200);
    expect((await send('POST', echo, Buffer.alloc(1001), headers)).status).toBe(413);
  });

  it('passes context.log on with the function and the invocation', async () => {
    await send('GET', '/api/tenants/t/echo');
    expect(lines.find(({ source }) => source === 'app')).toMatchObject({
      level: 'information',
      function: 'echo',
      message: 'echo',
      invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    });
  });

  it('lists the functions at the start', () => {
    const listed = lines.filter(({ source }) => source === 'host').map(({ message }) => message.trim());
    expect(listed.slice(0, 5)).toEqual([
      'Functions:',
      `echo: [GET,POST] ${host.url}/api/tenants/{tenantId}/echo`,
      `failing: [GET] ${host.url}/api/failing`,
      `nothing: [POST] ${host.url}/api/nothing`,
      `now: [GET] ${host.url}/api/now`,
    ]);
  });

  it('lets a running request end when it is stopped, calls the terminate hooks and exits with 0', async () => {
    const other = await start();
    await fetch(`${other.url}/api/nothing`, { method: 'POST' });
    const seen = lines.length;
    await other.stop();
    expect(await other.exited).toBe(0);
    expect(lines.slice(seen)).toMatchObject([{ source: 'console', message: 'terminated' }]);
  });

  it('leaves out a function that is switched off by its setting', async () => {
    const other = await start({ settings: { 'AzureWebJobs.nothing.Disabled': 'true' } });
    expect(other.functionNames).toEqual(['echo', 'now', 'failing']);
    await other.stop();
  });

  it('obeys a route prefix that a setting overrides', async () => {
    const other = await start({ settings: { AzureFunctionsJobHost__extensions__http__routePrefix: '' } });
    expect((await fetch(`${other.url}/nothing`, { method: 'POST' })).status).toBe(204);
    await other.stop();
  });

  it('names a port that is taken', async () => {
    const { port } = new URL(host.url);
    await expect(start({ port: Number(port) })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is taken by another process.`,
    );
  });

  it('does not start a bundle that registers nothing', async () => {
    const empty = join(folder, 'empty.cjs');
    await writeFile(empty, '');
    await expect(start({ bundle: empty })).rejects.toThrow('registers no function');
  });

  it('names every fault of host.json', async () => {
    const hostJson = join(folder, 'host.json');
    await writeFile(
      hostJson,
      JSON.stringify({ version: '2.0', extensions: { queues: { batchSize: 33, visibilityTimeout: '30' } } }),
    );
    const failure = start({ hostJson });
    await expect(failure).rejects.toThrow('extensions.queues.batchSize');
    await expect(failure).rejects.toThrow('extensions.queues.visibilityTimeout: expected a time span');
  });
});
