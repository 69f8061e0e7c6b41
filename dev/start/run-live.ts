import { startStack, type Stack } from '../stack.ts';
import type { StartArguments } from './arguments.ts';
import { paint } from './paint.ts';
import { tellStack, tellWhatToTry } from './tell-stack.ts';
import { untilEnded } from './until-ended.ts';
import { untilReady } from './until-ready.ts';
import { watchChanges } from './watch-changes.ts';

const readyLimit = 180_000;

/**
 * Runs the stack until somebody ends it: Ctrl-C, SIGTERM, a closed terminal, or the end of the npm that started it. Resolves
 * with the exit code once every child is gone.
 */
export async function runLive({ dir, fresh, port }: StartArguments): Promise<number> {
  const startedAt = performance.now();
  const ended = untilEnded();
  const watch = watchChanges((line) => {
    console.log(line);
  });
  const starting = startStack({
    dir,
    fresh,
    ports: { host: port },
    onLine: (line) => {
      watch.onLine(line);
    },
  });
  const stack = await Promise.race([starting, ended]);
  if (typeof stack === 'number') {
    await starting.then((late) => late.stop());
    return stack;
  }
  try {
    const running = live(stack, {
      dir,
      port,
      startedAt,
      begin: () => {
        watch.begin(stack);
      },
    });
    const hostGone = stack.host.exited.then((code) => {
      throw new Error(`The host has ended (${code}).`);
    });
    hostGone.catch(() => undefined);
    return await Promise.race([ended, running.then(() => ended), hostGone]);
  } finally {
    await stack.stop();
  }
}

async function live(
  stack: Stack,
  { dir, port, startedAt, begin }: { dir: string; port: number; startedAt: number; begin: () => void },
): Promise<void> {
  const data = `${dir} (goes on from there next time; --fresh begins anew)`;
  console.log(tellStack(stack, data, port).join('\n'));
  let told = -1;
  await untilReady(stack, readyLimit, ({ records }) => {
    if (records !== told && process.stdout.isTTY) process.stdout.write(`\r  ${records} users recorded `);
    told = records;
  });
  if (process.stdout.isTTY) process.stdout.write('\r');
  begin();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(paint('green', `\nready in ${seconds} s: ${told} users recorded, nothing differs from the directory`));
  console.log(`\n${tellWhatToTry(stack).join('\n')}\n\nEvery change of a record is a line here; Ctrl-C ends it all.\n`);
}
