import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendants, isAlive, runNode, until, type Command } from './spawn-command.ts';

const limit = 300_000;

describe('npm start', () => {
  let dir: string;
  let settings: string;
  const commands: Command[] = [];
  const orphans: number[] = [];
  const start = (...given: readonly string[]): Command => {
    const command = runNode(['dev/start.ts', '--dir', dir, ...given]);
    commands.push(command);
    return command;
  };
  const tenant = async (...given: string[]): Promise<{ code: number | string; text: string }> => {
    const command = runNode(['dev/tenant.ts', ...given, '--settings', settings]);
    return { code: await command.exited, text: command.output() };
  };
  const gone = async (pids: readonly number[]): Promise<void> => {
    expect(pids.length).toBeGreaterThanOrEqual(2);
    await until(() => (pids.some(isAlive) ? undefined : 'gone'));
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rolecall-start-'));
    settings = join(dir, 'stack.json');
  });
  afterAll(async () => {
    for (const command of commands) command.process.kill('SIGKILL');
    for (const pid of orphans.filter(isAlive)) process.kill(pid, 'SIGKILL');
    await Promise.all(commands.map(({ exited }) => exited));
    await rm(dir, { recursive: true, force: true });
  });

  it(
    'says what runs where, tells a change within seconds, and ends every child on SIGTERM',
    async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const address = taken.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const running = start('--port', String(port));

      await running.prints(new RegExp(`app +http://127\\.0\\.0\\.1:\\d+ \\(port ${String(port)} is taken\\)`));
      taken.close();
      await running.prints(/ready in [\d.]+ s: \d+ users recorded, nothing differs from the directory/, limit);
      const [, user = ''] = await running.prints(/npm run tenant -- add (\S+) data-science-emea/);

      const added = await tenant('add', user, 'data-science-emea');
      expect(added.text).toContain('was added to data-science-emea');
      expect(added.code).toBe(0);
      const [line] = await running.prints(/^.*\+ function data-science-emea.*$/m);
      expect(line).toMatch(/because: .*member of data-science-emea.* \(notification, \d+\.\d\d s\)$/);

      const shown = await tenant('show', user);
      expect(shown.text).toContain('member of data-science-emea (rule data-science)');
      const audited = await tenant('audit', user, '--json');
      expect(JSON.parse(audited.text)).toMatchObject({ entries: [{ revision: 1, reason: 'notification' }] });

      const children = descendants(running.process.pid);
      running.process.kill('SIGTERM');
      expect(await running.exited).toBe(0);
      await gone(children);
      expect((await tenant('show', user)).text).toContain('No stack runs');
    },
    limit,
  );

  it(
    'goes on where it was left, and leaves no child behind when it is killed',
    async () => {
      const running = start();
      await running.prints(/ready in [\d.]+ s: \d+ users recorded/, limit);
      const held = await tenant('hold', 'list');
      expect(held).toEqual({ code: 0, text: 'Nothing is held.\n' });

      const second = start();
      expect(await second.exited).toBe(1);
      expect(second.output()).toMatch(/^Process \d+ runs a stack in /);

      const children = descendants(running.process.pid);
      running.process.kill('SIGKILL');
      await running.exited;
      await gone(children);
    },
    limit,
  );

  it(
    'ends when the npm that started it is killed',
    async () => {
      const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['dev/start.ts', '--dir', ${JSON.stringify(dir)}], { stdio: 'inherit' });
      process.stdout.write('started ' + child.pid + '\\n');
      setInterval(() => undefined, 1000);
    `;
      const npm = runNode(['-e', script], { npm_lifecycle_event: 'start' });
      commands.push(npm);
      const [, pid = ''] = await npm.prints(/started (\d+)/);
      orphans.push(Number(pid));
      const children = await until(() => {
        const found = descendants(Number(pid));
        return found.length >= 2 ? found : undefined;
      }, limit);
      npm.process.kill('SIGKILL');
      await gone([Number(pid), ...children]);
    },
    limit,
  );

  it('names an option it does not know', async () => {
    const command = runNode(['dev/start.ts', '--twice']);
    expect(await command.exited).toBe(1);
    expect(command.output()).toBe("Unknown option '--twice'. 'npm start -- --help' lists what there is.\n");
  });

  it('helps', async () => {
    const command = runNode(['dev/start.ts', '--help']);
    expect(await command.exited).toBe(0);
    expect(command.output()).toContain('npm start -- --once');
  });
});
