import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

/** What the files of one folder (or one file of `src/lib`) may import. */
interface Layer {
  /** Folders and files of `src/lib` besides the folder itself. */
  readonly lib: readonly string[];
  /** Packages; `node:` stands for all of Node's own modules. */
  readonly packages: readonly string[];
  /** Words that must not stand in the code. */
  readonly without?: RegExp;
}

const base = ['ports.ts', 'errors.ts', 'log.ts', 'in-parallel.ts', 'time-limit.ts'];
const azure = {
  identity: ['@azure/identity', '@azure/core-auth'],
  tables: ['@azure/data-tables', '@azure/core-rest-pipeline'],
};

/** The import table (docs/architecture.md). Stages never import each other: they meet in ports.ts and are joined in wiring.ts. */
const layers: Readonly<Record<string, Layer>> = {
  'lib/model': { lib: [], packages: ['zod'] },
  'lib/plan': {
    lib: ['model'],
    packages: [],
    without: /\basync\b|\bawait\b|\bPromise\b|new Date\(\)|Date\.now|process\.env|Math\.random/,
  },
  'lib/directory-port.ts': { lib: ['model'], packages: [] },
  'lib/ports.ts': { lib: ['model', 'log.ts', 'directory-port.ts'], packages: [] },
  'lib/errors.ts': { lib: ['model'], packages: [] },
  'lib/log.ts': { lib: ['model'], packages: [] },
  'lib/clock.ts': { lib: ['ports.ts'], packages: [] },
  'lib/in-parallel.ts': { lib: [], packages: [] },
  'lib/time-limit.ts': { lib: ['errors.ts'], packages: [] },
  'lib/environment.ts': { lib: ['model'], packages: ['zod'] },
  'lib/config.ts': { lib: ['model', 'environment.ts'], packages: ['zod'] },
  'lib/detect': { lib: ['model', 'plan', ...base], packages: ['node:'] },
  'lib/reconcile': { lib: ['model', 'plan', ...base], packages: ['node:'] },
  'lib/queue': { lib: ['model', ...base], packages: ['@azure/storage-queue', 'zod', 'node:'] },
  'lib/record': { lib: ['model', 'plan/hold-line.ts', ...base], packages: [...azure.tables, 'zod', 'node:'] },
  'lib/directory': {
    lib: ['model', ...base],
    packages: ['@microsoft/microsoft-graph-client', ...azure.identity, 'zod', 'node:'],
  },
  'lib/secrets': {
    lib: ['model', ...base],
    packages: ['@azure/keyvault-secrets', ...azure.identity, 'zod', 'node:'],
  },
  'lib/rules': { lib: ['model', 'plan', ...base], packages: ['zod'] },
  'lib/operate': { lib: ['model', 'plan', 'rules', ...base], packages: [] },
  'lib/http': { lib: ['model', 'errors.ts', 'log.ts', 'config.ts'], packages: ['jose', 'zod', 'node:'] },
  'lib/wiring.ts': {
    lib: ['model', 'plan', 'queue', 'record', 'directory', 'secrets', 'http', 'config.ts', 'clock.ts', ...base],
    packages: ['@azure/storage-queue', ...azure.identity, ...azure.tables, 'node:'],
  },
  functions: {
    lib: ['model', 'detect', 'reconcile', 'rules', 'operate', 'secrets', 'http', 'config.ts', 'wiring.ts', ...base],
    packages: ['@azure/functions', 'node:'],
  },
};

const imported = /^\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

/** Every breach of the table in these files (path from `src`, with `/`, to text): file, import and rule. */
function breaches(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files].flatMap(([file, text]) => {
    const name = Object.keys(layers).find((each) => file === each || file.startsWith(`${each}/`));
    const layer = name === undefined ? undefined : layers[name];
    if (name === undefined || layer === undefined) return [`${file}: stands in no layer of the table`];
    const targets = [...text.matchAll(imported)].map((match) => match[1] ?? match[2] ?? '');
    const forbidden = targets.filter((target) => !isAllowed(file, target, name, layer));
    const may = `${name} may import ${[...layer.lib, ...layer.packages].join(', ') || 'nothing'}`;
    const word = layer.without?.exec(withoutComments(text))?.[0];
    return [
      ...forbidden.map((target) => `${file}: imports ${target}; ${may}`),
      ...(word === undefined ? [] : [`${file}: says ${word}; ${name} is pure and synchronous`]),
    ];
  });
}

function isAllowed(file: string, target: string, name: string, layer: Layer): boolean {
  if (!target.startsWith('.')) {
    return layer.packages.some((each) => target === each || target.startsWith(each.endsWith(':') ? each : `${each}/`));
  }
  const path = posix.normalize(posix.join(posix.dirname(file), target));
  if (path.startsWith(`${name}/`)) return true;
  return layer.lib.some((each) => path === `lib/${each}` || path.startsWith(`lib/${each}/`));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

function sources(): ReadonlyMap<string, string> {
  const root = join(process.cwd(), 'src');
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')]));
}

describe('the import table', () => {
  it('holds for every file of src', () => {
    const files = sources();
    expect(files.size).toBeGreaterThan(80);
    expect(breaches(files)).toEqual([]);
  });

  it.each([
    ['a stage that imports another', 'lib/detect/a.ts', `import { x } from '../record/x.ts';`],
    ['a type of another stage', 'lib/queue/a.ts', `import type { X } from '../record/x.ts';`],
    ['an export of another stage', 'lib/record/a.ts', `export {\n  x,\n} from '../queue/x.ts';`],
    ['a dynamic import', 'lib/reconcile/a.ts', `const x = await import('../record/x.ts');`],
    ['an import for its effect', 'lib/model/a.ts', `import '../ports.ts';`],
    ['a package of another border', 'lib/record/a.ts', `import { QueueClient } from '@azure/storage-queue';`],
    ['a package whose name begins alike', 'lib/http/a.ts', `import x from 'jose-extra';`],
    ['the Functions library outside functions', 'lib/http/a.ts', `import { app } from '@azure/functions';`],
    ['a table in a trigger', 'functions/a.ts', `import { x } from '../lib/record/x.ts';`],
    ['Node in the pure part', 'lib/plan/a.ts', `import { randomUUID } from 'node:crypto';`],
    ['the time in the pure part', 'lib/plan/a.ts', `const now = new Date();`],
    ['a promise in the pure part', 'lib/plan/a.ts', `export async function a() {}`],
    ['a file of no layer', 'lib/other.ts', ''],
  ])('finds %s', (_case, file, text) => {
    expect(breaches(new Map([[file, text]]))).toEqual([expect.stringContaining(file)]);
  });

  it.each([
    ['a neighbour', 'lib/record/a.ts', `import { x } from './b.ts';`],
    [
      'what the table allows',
      'lib/detect/a.ts',
      `import type { Ports } from '../ports.ts';\nimport { y } from '../plan/y.ts';`,
    ],
    ['a comment about time in the pure part', 'lib/plan/a.ts', `/** No new Date() here. */\n// async`],
  ])('lets %s pass', (_case, file, text) => {
    expect(breaches(new Map([[file, text]]))).toEqual([]);
  });
});
