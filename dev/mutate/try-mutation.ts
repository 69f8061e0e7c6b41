import type { Mutation, NamedTest } from './mutation.ts';
import { runTest } from './run-test.ts';
import type { Workspace } from './workspace.ts';

/** How one mutation ended. */
export interface Outcome {
  readonly mutation: Mutation;
  readonly result: 'caught' | 'survived' | 'faulty';
  /** The test that went red, or what is wrong. */
  readonly detail: string;
  readonly seconds: number;
}

/** Tests that are green without any fault, so that no test counts as red for another reason. */
export type KnownGreen = Set<string>;

/** Makes the fault in the workspace and runs its tests until one of them is red. The workspace is as before afterwards. */
export async function tryMutation(workspace: Workspace, mutation: Mutation, green: KnownGreen): Promise<Outcome> {
  const startedAt = performance.now();
  const ended = (result: Outcome['result'], detail: string): Outcome => {
    return { mutation, result, detail, seconds: (performance.now() - startedAt) / 1000 };
  };
  for (const test of mutation.tests) {
    const fault = await faultWithout(workspace, test, green);
    if (fault !== undefined) return ended('faulty', fault);
    const takeBack = await workspace.apply(mutation);
    try {
      const verdict = await runTest(workspace.root, test);
      if (verdict.colour === 'red') return ended('caught', verdict.test);
      if (verdict.colour === 'broken') return ended('faulty', `${test.file}: ${verdict.message}`);
    } finally {
      await takeBack();
    }
  }
  return ended('survived', `green: ${mutation.tests.map(({ file }) => file).join(', ')}`);
}

/** Runs the test once without a fault. Undefined: it is green. */
async function faultWithout(workspace: Workspace, test: NamedTest, green: KnownGreen): Promise<string | undefined> {
  const key = `${test.file} ${test.only ?? ''}`;
  if (green.has(key)) return undefined;
  const verdict = await runTest(workspace.root, test);
  if (verdict.colour !== 'green') {
    const why = verdict.colour === 'red' ? verdict.test : verdict.message;
    return `${test.file} is not green without the fault: ${why}`;
  }
  green.add(key);
  return undefined;
}
