import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { UsageError } from '../../../dev/command-line/usage-error.ts';
import { runCommand } from '../../../dev/rules/run-command.ts';
import { testCertificate } from '../../simulator/test-certificate.ts';

const tenant = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';
const sound = { roles: [{ id: 'user', precedence: 1 }], rules: [] };

/** Ten faults: every second one of shape. */
const ten = {
  roles: [
    { id: 'user', precedence: 1, colour: 'red' },
    { id: 'user', precedence: 2 },
    { id: 'admin', precedence: 0 },
  ],
  rules: [
    { id: 'a', group: { displayName: tenant }, grants: { roles: ['user'] } },
    { id: 'b', group: { id: 'eng' }, grants: { roles: ['admin'] } },
    { id: 'c', group: { displayName: 'Eng' }, grants: { roles: ['nobody'] } },
    { id: 'd d', group: { displayName: 'Ops' }, grants: { roles: ['user'] } },
    { id: 'e', group: { displayName: 'Dev' }, where: { Env: 'x' }, grants: { roles: ['user'] } },
  ],
  disabledAccounts: 'delete',
  defaultRole: 'guest',
};

interface Answered {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

/** What is there instead of Rolecall: answers each call alike. */
let answer: Answered = { body: '' };
let server: Server;
let url: string;
let dir: string;
const file = (name: string): string => join(dir, name);
const known = process.env['ROLECALL_TOKEN'];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rolecall-rules-'));
  await writeFile(file('sound rules.json'), JSON.stringify(sound));
  await writeFile(file('broken.json'), '{ "roles": [\n');
  await writeFile(file('ten.json'), JSON.stringify(ten));
  server = createServer(await testCertificate(), (_request, response) => {
    const { status = 200, type = 'application/json', body } = answer;
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const place = server.address();
  url = `https://localhost:${typeof place === 'object' && place !== null ? place.port : 0}`;
});

afterAll(async () => {
  server.close();
  if (known === undefined) delete process.env['ROLECALL_TOKEN'];
  else process.env['ROLECALL_TOKEN'] = known;
  await rm(dir, { recursive: true });
});

/** Runs a command against `answer`. */
async function asked(answered: Answered, ...given: string[]): Promise<{ text: string; code: number }> {
  answer = answered;
  process.env['ROLECALL_TOKEN'] = 'token\n';
  const { text, code } = await runCommand([...given, '--url', url, '--tenant', tenant]);
  return { text: stripVTControlCharacters(text), code };
}

const problem = (status: number, detail: string, members: object = {}): Answered => ({
  status,
  type: 'application/problem+json',
  body: JSON.stringify({ status, detail, ...members }),
});
const version = { version: 7, author: 'ada', createdDateTime: '2026-11-01T00:00:00Z', inForce: true };

describe('a command line that can not be understood ends with 2', () => {
  it.each<[string, string[], string]>([
    ['no such command', ['prevue'], "There is no command 'prevue'."],
    ['a file is missing', ['validate'], 'Say: npm run rules -- validate <file>'],
    ['a word too many', ['versions', '3'], 'Say: npm run rules -- versions'],
    ['a file that is not there', ['activate', 'no-such.json'], "There is no file 'no-such.json'."],
    ['an option nobody knows', ['versions', '--verbose'], "Unknown option '--verbose'."],
    ['an option of another command', ['versions', '--losers', '3'], "'versions' does not take --losers."],
    ['a version in words', ['rollback', 'last'], "The version must be a whole number, not 'last'."],
    ['a version before the first', ['rollback', '0'], 'Versions begin with 1.'],
    [
      'a number in words',
      ['activate', 'x.json', '--if-version', 'six'],
      "--if-version must be a whole number, not 'six'.",
    ],
    ['losers in words', ['activate', 'x.json', '--losers', '-3'], "'--losers' argument is ambiguous."],
    ['no stack', ['versions', '--settings', 'no-such.json'], 'No stack runs according to no-such.json.'],
    ['a tenant without a place', ['versions', '--tenant', tenant], 'A local stack has one tenant: say --url, too'],
    ['a place without a tenant', ['versions', '--url', 'https://x.example'], 'Say --url https://… and --tenant'],
    [
      'a place that can be listened to',
      ['versions', '--url', 'http://x.example', '--tenant', tenant],
      'Say --url https',
    ],
  ])('%s', async (_case, given, said) => {
    const failed = runCommand(given);
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow(said);
  });

  it('without a token, and says how to come by one', async () => {
    delete process.env['ROLECALL_TOKEN'];
    const failed = runCommand(['versions', '--url', url, '--tenant', tenant]);
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow('export ROLECALL_TOKEN=$(az account get-access-token');
  });
});

describe('a command that is refused, or answered by something else', () => {
  it.each<[string, Answered, string[], string]>([
    ['a token that is refused', problem(401, 'An access token is needed.'), ['versions'], 'export ROLECALL_TOKEN='],
    ['a role that is missing', problem(403, 'The app role Rolecall.Read is needed.'), ['groups'], 'Rolecall.Read'],
    ['an unknown user', problem(404, 'Nobody is known.'), ['explain', 'ada@contoso.example'], 'Nobody is known.'],
    ['no rules', problem(409, 'No rules are in force.'), ['explain', 'ada@contoso.example'], 'No rules are in force.'],
    [
      'an unknown version',
      problem(404, 'There is no earlier one.'),
      ['rollback', '9', '--if-version', '7'],
      'no earlier',
    ],
    ['an outage', problem(503, 'Rolecall can not do this for now.'), ['versions'], 'can not do this for now'],
    ['a page', { type: 'text/html', body: '<html>' }, ['versions'], 'What answers is no Rolecall'],
    ['a page that calls itself JSON', { body: '<html>' }, ['versions'], 'What answers is no Rolecall'],
    ['another API', { body: '{"value":[]}' }, ['versions'], 'What answers is no Rolecall'],
  ])('tells of %s', async (_case, answered, given, said) => {
    const failed = asked(answered, ...given);
    await expect(failed).rejects.toThrow(said);
    await expect(failed).rejects.not.toBeInstanceOf(UsageError);
  });

  it.each([
    [['validate', '--online'], problem(401, 'An access token is needed.'), 'An access token is needed.'],
    [['validate', '--online'], problem(503, 'Rolecall can not do this for now.'), 'Rolecall can not do this'],
    [['resolve-all'], problem(403, 'The app role is needed.'), 'The app role is needed.'],
    [['resolve-all'], { body: '<html>' }, 'What answers is no Rolecall'],
    [['validate', '--online'], { body: '{"value":[]}' }, 'What answers is no Rolecall'],
  ] as const)('%j tells all the same what is wrong with the document: %j', async ([name, ...more], answered, said) => {
    const { text, code } = await asked(answered, name, file('ten.json'), ...more);
    expect(text).toMatch(/^The rules document has 10 faults:$/m);
    expect(text).toContain(`The groups could not be looked up: ${said}`);
    expect(code).toBe(1);
    const json = await asked(answered, name, file('ten.json'), ...more, '--json');
    expect(JSON.parse(json.text)).toMatchObject({ faults: { length: 10 }, groupsUnknown: containing(said) });
    // A sound one fails as everything does.
    await expect(asked(answered, name, file('sound rules.json'), ...more)).rejects.toThrow(said);
  });

  it('tells the faults that the other side finds where it finds some', async () => {
    const refused = problem(422, 'It has faults.', { faults: [{ path: '$.x', fault: 'theirs', remedy: 'mend' }] });
    const { text, code } = await asked(refused, 'validate', file('ten.json'), '--online');
    expect([text, code]).toEqual([expect.stringMatching(/has 1 fault:[^]+theirs +mend$/), 1]);
  });

  it('names the place where nothing answers', async () => {
    process.env['ROLECALL_TOKEN'] = 'token';
    const failed = runCommand(['versions', '--url', 'https://localhost:9', '--tenant', tenant]);
    await expect(failed).rejects.toThrow('Nothing answers at https://localhost:9');
  });
});

describe('what is printed', () => {
  it('is every fault of text that is not JSON, and the code 1', async () => {
    const { text: painted, code } = await runCommand(['validate', file('broken.json')]);
    const text = stripVTControlCharacters(painted);
    expect([text.split('\n')[0], code]).toEqual(['The rules document has 1 fault:', 1]);
    expect(text).toMatch(/^ {2}\$ +not JSON: .+ write one JSON object$/m);
  });

  it('is each of ten faults of shape and meaning, with its place and what would be right', async () => {
    const { text: painted } = await runCommand(['validate', file('ten.json')]);
    const [head, , , ...rows] = stripVTControlCharacters(painted).split('\n');
    expect(head).toBe('The rules document has 10 faults:');
    expect(rows.map((row) => row.trim().split(/ {2,}/))).toEqual([
      ['$.roles[0].colour', 'not a property of a rules document', containing('correct its name')],
      ['$.roles[1].id', "'user' is the id of $.roles[0] already", 'give it another id'],
      ['$.roles[2].precedence', 'expected number to be >=1', 'at least 1'],
      ['$.rules[0].group.displayName', 'an object id given as a name', 'give it as id'],
      ['$.rules[1].group.id', 'not an object id', containing('give the GUID')],
      ['$.rules[2].grants.roles[0]', "'nobody' is not defined", containing('add it to $.roles')],
      ['$.rules[3].id', 'not an id', containing('use letters')],
      ['$.rules[4].where', 'speaks of named parts, and the rule has no pattern', containing('displayNamePattern')],
      ['$.defaultRole', "'guest' is not defined", 'name one of $.roles, or null for none'],
      ['$.disabledAccounts', 'not one of the known values', 'use one of suspend, keep'],
    ]);
  });

  it.each([
    ['sound rules.json', 0],
    ['broken.json', 1],
  ])('is JSON and nothing else with --json: %s', async (name, wanted) => {
    const { text, code } = await runCommand(['validate', file(name), '--json']);
    expect([JSON.parse(text), code]).toEqual([
      expect.objectContaining({ faults: expect.any(Array) as unknown }),
      wanted,
    ]);
  });

  it.each([
    ['the answer', [], 1, /^The rules document has 1 fault:\n/, /^$/],
    ['the same as JSON', ['--json'], 1, /^\{\n {2}"faults": [^]+\}\n$/, /^$/],
    ['nothing', ['--losers', '1'], 2, /^$/, /^'validate' does not take --losers\./],
  ] as const)('is %s on standard output, without colours where it is no terminal', (_case, more, code, out, error) => {
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env;
    const given = ['dev/rules.ts', 'validate', file('broken.json'), ...more];
    const { stdout, stderr, status } = spawnSync(process.execPath, given, { encoding: 'utf8', env });
    expect([stdout, stderr, status]).toEqual([expect.stringMatching(out), expect.stringMatching(error), code]);
  });

  it('is what to type next, with names as a shell wants them', async () => {
    const refused = problem(409, 'This takes something.', { losers: 3, holders: 9 });
    const { text, code } = await asked(refused, 'rollback', '3', '--if-version', '7');
    expect(text).toContain(`npm run rules -- rollback 3 --losers 3 --if-version 7 --url ${url} --tenant ${tenant}`);
    expect(code).toBe(3);
    const counts = { recorded: 1, losers: 0, gainers: 0, affected: 0, withNewConflicts: 0 };
    const preview = { activeVersion: 7, fresh: false, counts, users: [], complete: true, rules: [], groups: [] };
    const body = JSON.stringify({ ...preview, unmappedGroups: [], warnings: [] });
    const told = await asked({ body }, 'preview', file('sound rules.json'));
    expect(told.text).not.toContain('--fresh');
    expect(told.text).toContain(`npm run rules -- activate '${file('sound rules.json')}' --if-version 7 --url`);
  });

  it.each([
    [
      'no number, and how to see it, where new groups are not read',
      false,
      /^To see that first: .+ --fresh --url/m,
      ' --if-version 7',
    ],
    ['the number where they are', true, /^Lose something/m, ' --losers 13 --if-version 7'],
  ])('is %s', async (_case, fresh, told, typed) => {
    const counts = { recorded: 40, losers: 13, gainers: 0, affected: 13, withNewConflicts: 0 };
    const group = { groupId: '77f62b08-c364-41d5-9097-62b384e5d007', displayName: 'payments', state: 'present' };
    const groups = [{ ...group, ruleIds: ['pay'], unread: 'membership' }];
    const loser = { userId: 'u', loses: true, gains: false, state: 'active', gained: [], lost: [], changed: [] };
    const users = [{ ...loser, stateBefore: 'active', newConflicts: [] }];
    const preview = { activeVersion: 7, fresh, counts, users, complete: true, rules: [], groups };
    const body = JSON.stringify({ ...preview, unmappedGroups: [], warnings: [] });
    const { text, code } = await asked({ body }, 'preview', file('sound rules.json'), ...(fresh ? ['--fresh'] : []));
    expect(text).toMatch(told);
    expect(text).toContain(`activate '${file('sound rules.json')}'${typed}`);
    expect(code).toBe(3);
  });

  it('keeps a name from moving the cursor or beginning a line', async () => {
    const author = 'mallory\n  8  in force\u001B[2J\r\u202E';
    const { text } = await asked({ body: JSON.stringify({ versions: [{ ...version, author }] }) }, 'versions');
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain('mallory\uFFFD  8  in force\uFFFD[2J\uFFFD\uFFFD');
    const exact = await asked({ body: JSON.stringify({ versions: [{ ...version, author }] }) }, 'versions', '--json');
    expect(JSON.parse(exact.text)).toMatchObject({ versions: [{ author }] });
  });

  it('tells of every command and exit code with --help', async () => {
    const { text, code } = await runCommand(['--help']);
    const commands = 'validate preview activate rollback versions show explain exceptions resolve groups'.split(' ');
    for (const command of commands) expect(text).toMatch(new RegExp(`^ {2}${command}`, 'm'));
    expect(text).toMatch(/Ends with 0 .* 1 .* 2 .* 3 /s);
    expect(code).toBe(0);
    for (const command of commands) expect((await runCommand([command, '--help'])).text).toContain('--json');
  });

  it('has every command that the docs name, with options that it takes', async () => {
    const pages = ['README.md', 'docs/runbook.md'].map((page) => readFileSync(page, 'utf8')).join('\n');
    const shell = [...pages.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, lines = '']) => lines).join('\n');
    const named = [...shell.matchAll(/(?:npm run (?:-s )?rules -- |^rules )([a-z][a-z-]*)(.*?)(?: {2,}#|`|$)/gm)];
    expect(named.length).toBeGreaterThan(10);
    for (const [, command = '', given = ''] of named) {
      const { text } = await runCommand([command, '--help']);
      for (const [option] of given.matchAll(/--[a-z-]+/g))
        expect([command, text]).toEqual([command, containing(option)]);
    }
  });
});

function containing(part: string): unknown {
  return expect.stringContaining(part);
}
