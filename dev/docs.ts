import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { environmentSchema, type SettingNote, settingNotes } from '../src/lib/environment.ts';
import { rulesDocumentSchema } from '../src/lib/model/rules-document.ts';

/** Every document that is generated from the code: path in the repository to its text. */
export function generatedDocuments(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/settings.md', settingsPage()],
    ['config/rules.schema.json', rulesSchema()],
    ['README.md', readme()],
  ]);
}

/** The README with its configuration table made anew between the two marks. */
function readme(): string {
  const text = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8');
  const rows = Object.entries(environmentSchema.shape).map(([name, schema]) => {
    const { expected, fallback } = noteOf(name, schema);
    return `| \`${name}\` | ${expected} | ${fallback === undefined ? '' : `\`${fallback}\``} |`;
  });
  const table = ['| setting | expected | default |', '|---|---|---|', ...rows].join('\n');
  return text.replace(
    /(<!-- settings:begin[^\n]*-->\n)[^]*(<!-- settings:end -->)/,
    `$1${table.replaceAll('$', '$$$$')}\n$2`,
  );
}

function rulesSchema(): string {
  // `input`: what a person writes, so that properties with defaults are optional.
  const schema = z.toJSONSchema(rulesDocumentSchema, { io: 'input', target: 'draft-07' });
  return `${JSON.stringify({ title: 'Rolecall rules document', ...schema }, null, 2)}\n`;
}

function settingsPage(): string {
  const rows = Object.entries(environmentSchema.shape).map(([name, schema]) => row(name, noteOf(name, schema)));
  return `# Settings

Generated from \`src/lib/environment.ts\` by \`npm run docs\`. Every setting is an app setting (an environment variable). All of them are
checked when the app starts, and every fault is named in one message; empty settings count as missing. While a setting is
faulty, Rolecall does no work, but the webhook still answers Microsoft Graph's validation handshake.

One tenant is given by the plain settings, several by \`ROLECALL_TENANTS\`. The storage account is given by a connection string, by its
name, or by its two endpoints.

| setting | expected | default | what it does |
|---|---|---|---|
${rows.join('\n')}
`;
}

function noteOf(name: string, schema: z.ZodType): SettingNote {
  const note = settingNotes.get(schema);
  if (note === undefined) throw new Error(`The setting ${name} has no note.`);
  return note;
}

function row(name: string, note: SettingNote): string {
  const fallback = note.fallback === undefined ? '' : `\`${note.fallback}\``;
  const about = note.localOnly === true ? `${note.about} Only with \`ROLECALL_PROFILE=local\`.` : note.about;
  return `| \`${name}\` | ${note.expected} | ${fallback} | ${about} |`.replaceAll('  ', ' ');
}

if (import.meta.main) {
  for (const [path, text] of generatedDocuments()) {
    const file = resolve(import.meta.dirname, '..', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    console.log(path);
  }
}
