import { mutation, type Mutation } from './mutation.ts';

/** Faults that keep work from being done in its turn: calls without an end, lanes, what is left over when something fails. */
export const workMutations: readonly Mutation[] = [
  mutation(
    10,
    'a silent sign-in is waited for',
    'src/lib/directory/graph-tokens.ts',
    [
      `await withinTime(limitMilliseconds, late, (abortSignal) =>
    credential.getToken(SCOPE, { abortSignal }),
  );`,
      `await credential.getToken(SCOPE, { claims: late });`,
    ],
    ['test/unit/directory/graph-tokens.test.ts'],
  ),
  mutation(
    10,
    'whoever comes after a silent sign-in waits as long',
    'src/lib/directory/graph-tokens.ts',
    [`now() < silence.until) throw silence.error;`, `now() < silence.until) silence = undefined;`],
    ['test/unit/directory/graph-tokens.test.ts'],
  ),
  mutation(
    10,
    'a silent vault is waited for',
    'src/lib/secrets/vault.ts',
    [
      `return withinTime(timeoutMilliseconds, late, (signal) => ask(name, signal));`,
      `return withinTime(2 ** 30, late, (signal) => ask(name, signal));`,
    ],
    [['test/secrets/credentials.test.ts', 'silence']],
  ),
];
