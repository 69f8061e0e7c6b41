import { parseArgs } from 'node:util';
import { mutations } from './mutate/mutations.ts';
import type { Mutation } from './mutate/mutation.ts';
import { tryMutation, type Outcome } from './mutate/try-mutation.ts';
import { createWorkspace } from './mutate/workspace.ts';

const help = `npm run mutate -- [options]

Makes one deliberate fault after the other in a copy of the working tree, one or more for each promise, and runs the tests
that should notice. Prints the test that went red. Fails when a fault goes unnoticed. The working tree is never touched.

  --only NAME   only mutations whose name contains NAME; may be given several times
  --list        print the mutations and end
  --help        this text
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const chosen = mutations.filter(
  ({ name }) => values.only.length === 0 || values.only.some((part) => name.includes(part)),
);

if (values.help) console.log(help);
else if (values.list) console.log(chosen.map(describe).join('\n'));
else process.exitCode = await mutate();

async function mutate(): Promise<number> {
  if (chosen.length === 0) {
    console.error(`No mutation is called ${values.only.join(' or ')}; --list prints them.`);
    return 1;
  }
  // Ended in order, so that the copy goes with the run.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const workspace = await createWorkspace();
  const outcomes: Outcome[] = [];
  const green = new Set<string>();
  try {
    for (const [index, mutation] of chosen.entries()) {
      const outcome = await tryMutation(workspace, mutation, green);
      outcomes.push(outcome);
      const { result, detail, seconds } = outcome;
      console.log(`${index + 1}/${chosen.length} ${describe(mutation)}: ${result} in ${seconds.toFixed(1)} s`);
      console.log(`    ${detail}`);
    }
  } finally {
    await workspace.remove();
  }
  return report(outcomes);
}

function describe({ promise, name }: Mutation): string {
  return `${typeof promise === 'number' ? `promise ${promise}` : promise}: ${name}`;
}

function report(outcomes: readonly Outcome[]): number {
  const uncaught = outcomes.filter(({ result }) => result !== 'caught');
  const width = Math.max(...outcomes.map(({ mutation }) => describe(mutation).length));
  console.log('');
  for (const { mutation, result, seconds } of outcomes) {
    console.log(`${describe(mutation).padEnd(width)}  ${result.padEnd(8)}  ${seconds.toFixed(1).padStart(6)} s`);
  }
  console.log(`\n${outcomes.length - uncaught.length} of ${outcomes.length} faults were noticed.`);
  return uncaught.length === 0 ? 0 : 1;
}
