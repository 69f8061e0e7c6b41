import { existsSync, readFileSync } from 'node:fs';

const page = readFileSync('docs/requirements.md', 'utf8');

/** Every row that the page has to speak of, once. */
const numbered = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_unused, index) => `${prefix}${index + 1}`);
const rowIds = [
  ...numbered('promise ', 11),
  ...numbered('P', 13),
  ...numbered('D', 20),
  ...numbered('E', 13),
  ...numbered('A', 31),
  ...numbered('R', 30),
  ...numbered('C', 16),
];

interface Proof {
  readonly file: string;
  readonly names: readonly string[];
}

interface Row {
  readonly id: string;
  readonly proofs: readonly Proof[];
  /** What is missing, where something is. */
  readonly gap: string | undefined;
}

/** Rows are `- **id** sentence`; below each its proofs, ``- `file`: `name`, `name` ``, and `- not yet: sentence`. */
function parseRows(text: string): readonly Row[] {
  return text.split(/^(?=- \*\*)/m).flatMap((part) => {
    const id = /^- \*\*([^*]+)\*\* \S/.exec(part)?.[1];
    if (id === undefined) return [];
    const points = part.split('\n').filter((line) => /^ +- /.test(line));
    const proofs = points.flatMap((line) => {
      const { file, names } = /^ {2}- `(?<file>(?:test|docs)\/[^`]+)`: (?<names>`.+`)$/.exec(line)?.groups ?? {};
      if (file === undefined || names === undefined) return [];
      return [{ file, names: [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name) }];
    });
    const gaps = points.flatMap((line) => /^ {2}- not yet: (.+)$/.exec(line)?.[1] ?? []);
    if (proofs.length + gaps.length !== points.length) throw new Error(`A line below ${id} can't be read.`);
    return [{ id, proofs, gap: gaps[0] }];
  });
}

/** What a file does not name: tests and cases stand in quotes, sections of a page are headings. */
function missingNames({ file, names }: Proof): readonly string[] {
  if (!existsSync(file)) return [`${file}: no such file`];
  const text = readFileSync(file, 'utf8');
  const headings = new Set(text.split('\n').map((line) => /^#+ (.+)$/.exec(line)?.[1]));
  const isNamed = (name: string): boolean =>
    file.endsWith('.md') ? headings.has(name) : ["'", '"', '`'].some((quote) => text.includes(quote + name + quote));
  return names.filter((name) => !isNamed(name)).map((name) => `${file}: ${name}`);
}

const [covered = '', open = ''] = page.split(/^## Not yet$/m);
const coveredRows = parseRows(covered);
const openRows = parseRows(open);

describe('docs/requirements.md (D16)', () => {
  it('speaks of every row, once', () => {
    const told = [...coveredRows, ...openRows].map(({ id }) => id);
    expect(told.toSorted()).toEqual(rowIds.toSorted());
  });

  it('names only tests and pages that exist', () => {
    expect(coveredRows.flatMap(({ proofs }) => proofs.flatMap(missingNames))).toEqual([]);
  });

  it('has a proof for every row that it calls covered, and none for the others', () => {
    expect(coveredRows.filter(({ proofs }) => proofs.length === 0)).toEqual([]);
    expect(openRows.filter(({ proofs }) => proofs.length > 0)).toEqual([]);
    expect(openRows.filter(({ gap }) => gap === undefined)).toEqual([]);
  });

  it.each([
    ['a test that is not there', 'test/requirements.test.ts', 'no test has'.concat(' this name')],
    ['part of a name', 'test/layers.test.ts', 'holds for every file'],
    ['a file that is not there', 'test/no-such.test.ts', 'speaks of every row, once'],
    ['a section that is not there', 'docs/architecture.md', 'The flaw'],
  ])('would notice %s', (_case, file, name) => {
    expect(missingNames({ file, names: [name] })).toHaveLength(1);
  });
});
