import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentSchema } from '../src/lib/environment.ts';
import { queueNames } from '../src/lib/queue/connect-queues.ts';
import { tableNames } from '../src/lib/record/connect-tables.ts';

const page = readFileSync('docs/runbook.md', 'utf8');
const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join('src', name), 'utf8'))
  .join('\n');
const code = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);

/** Code that reads like a sentence is what the log or an answer says; `…` stands for what varies. */
const sentences = code
  .filter((text) => /^(… ?)?[A-Za-z']+( [\w'(),.:;{}][\w'(),.:;{}-]*){2,}( ?…)?$/.test(text))
  .map((text) => text.replace(/^… ?| ?…$/g, ''));

/** Where operators' calls begin. */
const apiRoute = /\$API\/([\w/$-]+)/g;

describe('docs/runbook.md', () => {
  it('quotes the log as it is', () => {
    expect(sentences.length).toBeGreaterThan(40);
    expect(sentences.filter((sentence) => !source.includes(sentence))).toEqual([]);
  });

  it('names settings that exist', () => {
    const names = code.filter((text) => /^(ROLECALL_|AzureWebJobs|DIRECTORY_|[A-Z_]+_(SCHEDULE|DAYS)$)\w*$/.test(text));
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !(name in environmentSchema.shape))).toEqual([]);
  });

  it('calls routes that exist', () => {
    const served = [...source.matchAll(/route: 'tenants\/\{tenant\}\/([^']+)'/g)].map(([, route = '']) =>
      route.replaceAll(/\{\w+\}/g, '*'),
    );
    const called = [...page.matchAll(apiRoute)].map(([, path = '']) => path.replaceAll(/\$\w+/g, '*'));
    expect(called.length).toBeGreaterThan(6);
    expect(called.filter((route) => !served.includes(route))).toEqual([]);
  });

  it('has every table and queue created', () => {
    for (const name of tableNames) expect(page).toMatch(new RegExp(`for table in [^;]*\\b${name}\\b`));
    for (const name of queueNames) expect(page).toMatch(new RegExp(`for queue in [^;]*\\b${name}\\b`));
  });
});
