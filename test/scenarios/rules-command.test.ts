import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { localSettings } from '../../dev/local-settings.ts';
import { options } from '../../dev/rules/options.ts';
import { connectRolecall } from '../../dev/rules/rolecall-api.ts';
import { runCommand } from '../../dev/rules/run-command.ts';
import { SAMPLE_GROUPS } from '../../dev/simulator/sample/sample-groups.ts';
import { type Stack, startStack } from '../../dev/stack.ts';
import { runCommand as runTenant } from '../../dev/tenant/run-command.ts';
import { runNode } from './spawn-command.ts';

/** So that only what the commands ask for happens. */
const never = '0 0 0 1 1 *';

const { paymentsApprove, paymentsCreate, warehouse } = SAMPLE_GROUPS;
const treasury = { id: 'treasury', group: { displayName: 'Treasury' }, grants: { roles: ['payer'] } };
const approve = { id: 'approve', group: { id: paymentsApprove.id }, grants: { roles: ['approver'] } };
const stock = { id: 'stock', group: { id: warehouse.id }, grants: { teams: ['stock'] }, scopes: ['site:hamburg'] };
const create = { id: 'create', group: { id: paymentsCreate.id }, grants: { teams: ['stock'] } };
const document = (...rules: readonly unknown[]) => ({
  roles: [
    { id: 'approver', precedence: 1 },
    { id: 'payer', precedence: 2 },
  ],
  teams: [{ id: 'stock' }],
  rules,
});

/** The identity team's day with the command line, on the built app. Each test goes on where the one before it ended. */
describe('npm run rules', () => {
  let dir: string;
  let stack: Stack;
  const file = (name: string): string => join(dir, `${name}.json`);
  const settings = (): string[] => ['--settings', join(dir, 'stack', 'stack.json')];
  const rules = async (...given: string[]): Promise<{ text: string; code: number }> => {
    const { text, code } = await runCommand([...given, ...settings()]);
    return { text: stripVTControlCharacters(text), code };
  };
  const json = async (...given: string[]): Promise<unknown> => JSON.parse((await rules(...given, '--json')).text);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rolecall-rules-'));
    await writeFile(file('first'), JSON.stringify(document(treasury, approve, stock)));
    await writeFile(file('second'), JSON.stringify(document(treasury, approve, create)));
    await writeFile(file('faulty'), JSON.stringify(document({ ...stock, id: 'a b' })));
    await writeFile(file('unknown'), JSON.stringify(document({ ...treasury, group: { displayName: 'Treasure' } })));
    stack = await startStack({
      dir: join(dir, 'stack'),
      host: false,
      settings: (urls) => {
        const { ROLECALL_RULES_FILE: _none, ...all } = localSettings(urls);
        return { ...all, DELTA_SWEEP_SCHEDULE: never, FULL_SYNC_SCHEDULE: never };
      },
    });
    await runTenant(['create', 'group', 'Treasury', ...settings()]);
    await runTenant(['add', 'payments-approve', 'Treasury', ...settings()]);
    await stack.restartHost();
  }, 120_000);

  afterAll(async () => {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('puts the first document in force', async () => {
    expect(await rules('versions')).toEqual({ text: 'There is no version yet.', code: 0 });
    const { text, code } = await rules('activate', file('first'), '--wait');
    expect(text).toMatch(/^Version 1 is in force\. 0 users lose something\.$/m);
    expect(text).toContain('$.rules[0].group.displayName');
    expect(code).toBe(0);
    await stack.settled({ limit: 60_000 });
  }, 90_000);

  it('previews a document: groups, who loses and gains what, what is odd, and what to type next', async () => {
    const { text, code } = await rules('preview', file('second'), '--fresh');
    expect(code).toBe(3);
    expect(text).toContain('against version 1, on recorded facts and the members of new groups');
    expect(text).toMatch(
      /^ {2}payments-create +create +security group +Entra admin center +14 +0 +14 +0 +new +77f62b08/m,
    );
    expect(text).toContain(`mapped no more: warehouse-onprem (${warehouse.id})`);
    expect(text).toContain('33 users recorded · 20 lose something · 14 gain something · 34 affected');
    expect(text).toMatch(/^Lose something \(20\)\n {2}.+@contoso\.example\)\n {4}- team stock in site:hamburg$/m);
    expect(text).toMatch(
      /^Only gain something \(14\)\n {2}.+\(.+@contoso\.example\) not recorded yet\n {4}\+ team stock$/m,
    );
    expect(text).toContain(`npm run rules -- activate ${file('second')} --losers 20 --if-version 1 --settings`);
    expect(await json('preview', file('second'))).toMatchObject({ counts: { losers: 20, gainers: 0 } });
    expect(await rules('preview', file('first'))).toMatchObject({ code: 0 });
  });

  it('previews a document for one user on a fresh reading', async () => {
    const { text, code } = await rules('preview', file('second'), '--user', await memberOf('stock'));
    expect(text).toMatch(/^In the groups\n {2}none that it maps; \d+ others? that it does not map$/m);
    expect(text).toMatch(/^Changes\n {2}- team stock in site:hamburg\n\nHas\n {2}nothing$/m);
    expect(code).toBe(3);
  });

  it('asks for the number of losers, and activates with it', async () => {
    const asked = await rules('activate', file('second'));
    expect(asked.code).toBe(3);
    expect(asked.text).toContain('Nothing is changed: 20 of 33 users who hold something would lose something.');
    expect(asked.text).toContain(`activate ${file('second')} --losers 20 --if-version 1`);
    expect(await rules('activate', file('second'), '--losers', '19')).toMatchObject({ code: 3 });
    const done = await rules('activate', file('second'), '--losers', '20', '--if-version', '1', '--wait');
    expect(done.text).toMatch(/^Version 2 is in force\. 20 users lose something\.$/m);
    expect(done.text).toMatch(/^Undo it with: npm run rules -- rollback 1 /m);
    expect(done.code).toBe(0);
    const late = await rules('activate', file('first'), '--if-version', '1');
    expect(late.text).toContain('this follows version 1, and version 2 is in force');
    expect(late.code).toBe(1);
  });

  it('rolls back under a new number', async () => {
    await stack.settled({ limit: 60_000 });
    expect(await rules('rollback', '1')).toMatchObject({ code: 3 });
    const back = await rules('rollback', '1', '--losers', '14', '--wait');
    expect(back.text).toMatch(/^Version 3 is in force\. 14 users lose something\.$/m);
    const { text } = await rules('versions');
    const newestFirst = [
      / +3 {2}in force {2}\S+Z {2}content of 1 {2}app \S+/,
      / +2 +\S+Z +app \S+/,
      / +1 +\S+Z +app \S+/,
    ];
    expect(text.split('\n').slice(1)).toEqual(newestFirst.map((row) => expect.stringMatching(row) as unknown));
    expect(JSON.parse((await rules('show')).text)).toMatchObject({ rules: [treasury, approve, stock] });
    expect(JSON.parse((await rules('show', '2')).text)).toMatchObject({ rules: [treasury, approve, create] });
    await expect(rules('show', '9')).rejects.toThrow('There is no rules document of this number.');
    await stack.settled({ limit: 60_000 });
  }, 60_000);

  it('explains why, why not, and what if', async () => {
    const user = await memberOf('approver');
    const { text } = await rules('explain', user, '--all', '--if', 'left:payments-approve');
    expect(text).toMatch(/^ {2}account enabled, member · recorded, active · rules version 3$/m);
    expect(text).toMatch(/^ {2}role approver\n {4}rule approve: user → payments-approve \(since \S+Z\)$/m);
    expect(text).toMatch(/^ {2}role payer\n {4}rule treasury: user → payments-approve → Treasury \(since \S+Z\)$/m);
    expect(text).toMatch(/^ {2}team stock {2}not a member of warehouse-onprem \(rule stock\)$/m);
    expect(text).toMatch(
      /^ {2}warehouse-onprem +security group, synced from on-premises +on-premises Active Directory +\S+$/m,
    );
    expect(text).toMatch(/^If the user left payments-approve\n {2}- role approver\n {2}- role payer$/m);
    expect((await rules('explain', user, '--if', 'left:Treasury')).text).toMatch(
      /^If the user left Treasury\n {2}nothing: the user is not directly in it, but through payments-approve$/m,
    );
    expect((await rules('explain', user, '--why-not', 'team:stock')).text).toContain(
      'does not have team stock: not a member of warehouse-onprem (rule stock).',
    );
    expect((await rules('explain', user, '--if', 'joined:warehouse-onprem')).text).toMatch(
      /^If the user joined warehouse-onprem\n {2}\+ team stock in site:hamburg$/m,
    );
    await expect(rules('explain', user, '--why-not', 'role:king')).rejects.toThrow("define no 'role:king'");
    await expect(rules('explain', user, '--if', 'joined:Treasurer')).rejects.toThrow(
      /There is no group 'Treasurer'\.\nGive the object id of the one you mean:\n {2}Treasury \([0-9a-f-]{36}\)/,
    );
  });

  it('lists exceptions', async () => {
    const user = await memberOf('approver');
    expect(await rules('exceptions', user)).toEqual({ text: 'There are no exceptions.', code: 0 });
    const api = connectRolecall({ ...defaults(), settings: settings()[1] ?? '' });
    const entitlement = { kind: 'role', id: 'payer' };
    const body = { effect: 'deny', entitlement, reason: 'on leave', approver: 'Mia' };
    await api.call('PUT', `/users/${user}/exceptions/leave`, { body });
    expect((await rules('exceptions', user)).text).toMatch(
      /^ {2}leave {2}denies role payer {2}in effect {2}\S+ {2}until it is closed {2}on leave \(approved by Mia\)$/m,
    );
    const { text } = await rules('explain', user);
    expect(text).toMatch(/^Given and not in effect\n {2}role payer\n(.+\n)* {4}not at all: denied by exception leave/m);
  });

  it('tells what a name stands for, and what is mapped', async () => {
    const { text, code } = await rules('resolve', 'warehouse-onprem');
    expect(text).toMatch(
      /^ {2}warehouse-onprem {2}security group, synced from on-premises +20 {2}on-premises Active Directory/m,
    );
    expect(text).toContain(`"group": { "id": "${warehouse.id}", "displayName": "warehouse-onprem" }`);
    expect(code).toBe(0);
    const none = await rules('resolve', 'Warehouse-onprem');
    expect(none.text).toContain("The tenant has no group 'Warehouse-onprem'; capitals count.");
    expect(none.code).toBe(1);
    expect((await rules('groups')).text).toMatch(/^ {2}Treasury +treasury +security group +Entra admin center/m);
  });

  it('writes ids beside names and names beside ids into a document (P6)', async () => {
    const { text, code } = await rules('resolve-all', file('first'));
    expect(text).toMatch(/^3 groups written:\n.+\n {2}treasury +Treasury +[0-9a-f-]{36}$/m);
    expect(code).toBe(0);
    const id = /treasury +Treasury +(\S+)/.exec(text)?.[1];
    expect(JSON.parse(await readFile(file('first'), 'utf8'))).toEqual(
      document(
        { ...treasury, group: { id, displayName: 'Treasury' } },
        { ...approve, group: { id: paymentsApprove.id, displayName: 'payments-approve' } },
        { ...stock, group: { id: warehouse.id, displayName: 'warehouse-onprem' } },
      ),
    );
    expect((await rules('resolve-all', file('first'))).text).toBe('Every group has its id and its name.');
    expect(await rules('resolve-all', file('unknown'))).toMatchObject({ code: 1 });
  });

  it('tells the faults of a document, with and without the tenant', async () => {
    for (const given of [['validate'], ['preview'], ['activate']]) {
      const { text, code } = await rules(...given, file('faulty'));
      expect(text).toMatch(/^The rules document has 1 fault:$/m);
      expect(text).toMatch(/^ {2}\$\.rules\[0\]\.id {2}not an id +use letters/m);
      expect(code).toBe(1);
    }
    expect(await rules('validate', file('unknown'))).toMatchObject({ code: 0 });
    const looked = await rules('validate', file('unknown'), '--online');
    expect(looked.text).toMatch(/^ {2}\$\.rules\[0\]\.group\.displayName {2}\S/m);
    expect(looked.code).toBe(1);
    expect(await rules('validate', file('first'), '--online')).toMatchObject({ code: 0 });
    expect(await json('validate', file('faulty'))).toMatchObject({ faults: [{ path: '$.rules[0].id' }] });
  });

  it('ends with code 2 for what it does not understand, and says what would be right', async () => {
    const command = runNode(['dev/rules.ts', 'prevue', file('first')]);
    expect(await command.exited).toBe(2);
    expect(command.output()).toBe("There is no command 'prevue'. 'npm run rules -- --help' lists them.\n");
  });

  const membersSchema = z.looseObject({ users: z.array(z.looseObject({ userId: z.string() })) });
  /** Somebody who would lose something if no rule were left but those that don't give it. */
  async function memberOf(id: 'approver' | 'stock'): Promise<string> {
    const kept = id === 'approver' ? [stock] : [treasury, approve];
    await writeFile(file('kept'), JSON.stringify(document(...kept)));
    const [user] = membersSchema.parse(await json('preview', file('kept'))).users;
    return user?.userId ?? '';
  }

  function defaults() {
    return {
      settings: options.settings.default,
      json: false,
      help: false,
      online: false,
      fresh: false,
      all: false,
      wait: false,
    };
  }
});
