import { steps } from '../../dev/story/steps.ts';
import { runNode } from './spawn-command.ts';

const limit = 300_000;

describe('npm start -- --once', () => {
  it(
    'plays the whole story, and the oracle agrees',
    async () => {
      const story = runNode(['dev/start.ts', '--once']);
      const code = await story.exited;
      const output = story.output();
      expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });

      const lines = output.split('\n');
      for (const { event, feeds } of steps) {
        const row = lines.find((line) => line.startsWith(`${event} `));
        expect(row).toMatch(
          new RegExp(` (${feeds.join('|')}).* \\d+ .*(\\+|-|~|held|kept) (role|function|permission) `),
        );
      }
      expect(output).toMatch(/The oracle agrees: \d+ records, \d+ changes with one audit entry each; nothing is open/);
    },
    limit,
  );
});
