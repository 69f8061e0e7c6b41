import { readFileSync } from 'node:fs';
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
