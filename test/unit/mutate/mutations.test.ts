import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { applyEdit } from '../../../dev/mutate/mutation.ts';
import { mutations } from '../../../dev/mutate/mutations.ts';

describe('deliberate faults', () => {
  it.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
    'can be made, and name tests that are there: %s',
    async (_name, { edits, tests }) => {
      const missing = tests.map(({ file }) => file).filter((file) => !existsSync(file));
      expect(missing).toEqual([]);
      expect(tests).not.toEqual([]);
      for (const edit of edits) {
        const text = await readFile(edit.file, 'utf8');
        expect(applyEdit(text, edit)).not.toBe(text);
      }
    },
  );

  it('each have a name of their own', () => {
    const names = mutations.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });
});
