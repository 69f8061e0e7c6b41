import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { generatedDocuments } from '../../../dev/docs.ts';
import { SAMPLE_GROUPS } from '../../../dev/simulator/sample/sample-groups.ts';
import { readSettings } from '../../../src/lib/config.ts';
import { environmentSchema } from '../../../src/lib/environment.ts';
import { parseDocument } from '../../../src/lib/rules/parse-document.ts';
import { validateDocument } from '../../../src/lib/rules/validate-document.ts';

describe('generated documents', () => {
  it.each([...generatedDocuments()])('%s is what the code says (npm run docs)', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('tell of every setting', () => {
    const page = generatedDocuments().get('docs/settings.md') ?? '';
    const missing = Object.keys(environmentSchema.shape).filter((name) => !page.includes(`| \`${name}\` |`));
    expect(missing).toEqual([]);
  });
});

describe('config/rules.schema.json, as an editor reads it', () => {
  const schema = z.fromJSONSchema(z.record(z.string(), z.unknown()).parse(readJson('config/rules.schema.json')));
  const isFine = (value: unknown): boolean => schema.safeParse(value).success;
  const samples = [
    'config/rules.sample.json',
    ...readdirSync('config/examples').map((file) => `config/examples/${file}`),
  ];

  it.each(samples)('accepts %s', (path) => {
    expect(isFine(readJson(path))).toBe(true);
  });

  const sound = z.looseObject({ rules: z.array(z.looseObject({})) }).parse(readJson('config/examples/profisee.json'));
  const [first = {}] = sound.rules;
  it.each<[string, object]>([
    ['a misspelt property', { rols: [] }],
    ['a missing list', { roles: undefined }],
    ['a property nobody knows in a rule', { rules: [{ ...first, colour: 'red' }] }],
    ['an unknown membership', { rules: [{ ...first, membership: 'nested' }] }],
    ['an id with a blank', { rules: [{ ...first, id: 'a b' }] }],
    ['a precedence of 0', { roles: [{ id: 'user', precedence: 0 }] }],
    ['an unknown policy for guests', { guests: 'maybe' }],
  ])('refuses %s', (_case, special) => {
    expect(isFine({ ...sound, ...special })).toBe(false);
  });
});

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

describe('samples', () => {
  it('local.settings.sample.json is complete and sound', () => {
    const sample: unknown = JSON.parse(readFileSync('local.settings.sample.json', 'utf8'));
    const { Values } = z.object({ Values: z.record(z.string(), z.string()) }).parse(sample);
    expect(readSettings(Values).tenants).toHaveLength(1);
    const unknown = Object.keys(Values).filter((name) => !(name in environmentSchema.shape));
    expect(unknown).toEqual(['FUNCTIONS_WORKER_RUNTIME']);
  });

  it('config/rules.sample.json is sound, and names groups of the sample tenant', () => {
    const parsed = parseDocument(readFileSync('config/rules.sample.json', 'utf8'));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    expect(validateDocument(parsed.value)).toEqual([]);
    const names = new Map<string, string>(Object.values(SAMPLE_GROUPS).map((group) => [group.id, group.displayName]));
    for (const { group } of parsed.value.rules) {
      if (group.id === undefined) expect([...names.values()]).toContain(group.displayName);
      else expect(group.displayName).toBe(names.get(group.id));
    }
  });
});
