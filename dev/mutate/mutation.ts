/** One place of the code that is changed: the text must occur exactly once in the file. */
export interface Edit {
  /** Path from the repository's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** What is promised beside the numbered promises. */
export const areas = [
  'holds',
  'groups',
  'rules',
  'exceptions',
  'conflicts',
  'activation',
  'preview',
  'explanation',
] as const;

/** A test that should notice: a test file, and which of its tests when not all are needed. */
export interface NamedTest {
  readonly file: string;
  /** A regular expression over the tests' full names, as for jest's `-t`. */
  readonly only?: string;
}

/** One deliberate fault that breaks a promise. */
export interface Mutation {
  /** Short and unique, for `--only`. */
  readonly name: string;
  /** Number of the promise it breaks (docs/requirements.md), or the area. */
  readonly promise: number | (typeof areas)[number];
  readonly edits: readonly Edit[];
  /** Fast ones first; the first that turns red ends the mutation. */
  readonly tests: readonly NamedTest[];
}

/** A mutation of one edit. */
export function mutation(
  promise: Mutation['promise'],
  name: string,
  file: string,
  edit: readonly [find: string, replace: string],
  tests: readonly (string | readonly [file: string, only: string])[],
): Mutation {
  const [find, replace] = edit;
  return mutationOf(promise, name, [{ file, find, replace }], tests);
}

/** A mutation that takes several edits. */
export function mutationOf(
  promise: Mutation['promise'],
  name: string,
  edits: readonly Edit[],
  tests: readonly (string | readonly [file: string, only: string])[],
): Mutation {
  return {
    name,
    promise,
    edits,
    tests: tests.map((test) => (typeof test === 'string' ? { file: test } : { file: test[0], only: test[1] })),
  };
}

/** The file's text with the edit made. Throws when the text to be replaced is not there exactly once. */
export function applyEdit(text: string, { file, find, replace }: Edit): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places instead of one: ${find}`);
  return parts.join(replace);
}
