import { checkContent } from '../../../src/lib/rules/check-content.ts';

/** Every fault of a document as `path | fault`, in the order in which they are told; each has to have a remedy. */
export function faultsOf(input: unknown): readonly string[] {
  const checked = checkContent(input);
  if (checked.ok) return [];
  return checked.faults.map(({ path, fault, remedy }) => {
    expect(remedy).not.toBe('');
    return `${path} | ${fault}`;
  });
}
