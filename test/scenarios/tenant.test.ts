import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { pick, type Named } from '../../dev/tenant/directory-names.ts';
import { runCommand } from '../../dev/tenant/run-command.ts';
import type { Directory } from '../../dev/simulator/world/directory.ts';
import { SAMPLE_GROUPS } from '../../dev/simulator/sample/sample-groups.ts';
import { SAMPLE_TENANT } from '../../dev/simulator/sample-tenant.ts';
import { startStack, type Stack } from '../../dev/stack.ts';
import { runNode } from './spawn-command.ts';

describe('npm run tenant', () => {
  let dir: string;
  let stack: Stack;
  let directory: Directory;
  const tenant = (...given: string[]): Promise<string> => runCommand([...given, '--settings', join(dir, 'stack.json')]);
  const user = (name: string) => directory.user(`${name}@contoso.example`);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rolecall-tenant-'));
    stack = await startStack({ dir, host: false });
    ({ directory } = stack.simulator.world.tenant(SAMPLE_TENANT.tenantId));
  });
  afterAll(async () => {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('adds and removes a user, or a whole group', async () => {
    const { id = '' } = user('grace.adler') ?? {};
    const group = SAMPLE_GROUPS.warehouse.id;
    const open = SAMPLE_GROUPS.dataScience.id;
    expect(await tenant('add', 'grace.adler', 'data-science-emea')).toBe('Grace Adler was added to data-science-emea.');
    expect(directory.hasMember(open, id)).toBe(true);
    expect(await tenant('remove', id, open)).toBe('Grace Adler was removed from data-science-emea.');
    expect(directory.hasMember(open, id)).toBe(false);
    expect(await tenant('add', 'partners', 'data-science-emea')).toBe('partners was added to data-science-emea.');
    expect(directory.hasMember(open, SAMPLE_GROUPS.partners.id)).toBe(true);
    // What Graph refuses is said in Graph's words.
    await expect(tenant('add', 'grace.adler', group)).rejects.toThrow(/on-premises/);
  });

  it('disables, enables, deletes and restores', async () => {
    await tenant('disable', 'ben.adler@contoso.example');
    expect(user('ben.adler')?.accountEnabled).toBe(false);
    await tenant('enable', 'Ben Adler');
    expect(user('ben.adler')?.accountEnabled).toBe(true);
    await tenant('delete', 'ben.adler');
    expect(user('ben.adler')).toBeUndefined();
    await expect(tenant('disable', 'ben.adler')).rejects.toThrow("There is no user 'ben.adler'.");
    expect(await tenant('restore', 'ben.adler')).toBe('Ben Adler was restored.');
    expect(user('ben.adler')?.accountEnabled).toBe(true);
  });

  it('makes users and groups', async () => {
    expect(await tenant('create', 'user', 'Zoë van Dyke')).toMatch(/^The user Zoë van Dyke was made: [0-9a-f-]{36}$/);
    expect(user('zoe.van.dyke')).toMatchObject({ accountEnabled: true, userType: 'Member' });
    await tenant('create', 'group', 'Night shift');
    expect(await tenant('groups', 'night')).toMatch(/^[0-9a-f-]{36} {2}Night shift$/);
    await expect(tenant('create', 'team', 'x')).rejects.toThrow("'team' is neither user nor group.");
  });

  it('lists users and groups, also as JSON', async () => {
    const users: unknown = JSON.parse(await tenant('users', 'grace.a', '--json'));
    expect(users).toMatchObject([{ displayName: 'Grace Adler', userPrincipalName: 'grace.adler@contoso.example' }]);
    expect(await tenant('groups')).not.toContain('project-');
    expect(await tenant('users', 'nobody-of-that-name')).toBe('Nothing fits.');
  });

  it('rotates the secret: the vault has a new version, and only that works', async () => {
    const { vault } = stack.simulator.world;
    const before = vault.find('rolecall-client-secret', '')?.value;
    await tenant('rotate-secret');
    const after = vault.find('rolecall-client-secret', '')?.value;
    const { secrets } = stack.simulator.world.tenant(SAMPLE_TENANT.tenantId).app(SAMPLE_TENANT.clientId);
    expect(after).not.toBe(before);
    expect(secrets.map(({ value }) => value)).toEqual([after]);
  });

  it('moves the clock', async () => {
    const before = stack.clock.offset();
    await tenant('advance', '90s');
    expect(stack.clock.offset() - before).toBe(90_000);
    await expect(tenant('advance', 'soon')).rejects.toThrow(
      "'soon' is no duration: say for example 90s, 10m, 2h or 7d.",
    );
  });

  it.each([
    [['levitate'], /^There is no command 'levitate'/],
    [['add', 'grace.adler'], /^Say: npm run tenant -- add <user or group> <group>/],
    [['hold', 'away'], /^Say 'hold list' or 'hold approve <group>'/],
    [['disable', 'adler'], /^'adler' fits more than one user:\n {2}Ada Adler \(ada\.adler@contoso\.example\)\n/],
    [['show', 'grace.adler'], /^Nothing answers at http:/],
  ])('says what is wrong with %j', async (given, sentence) => {
    await expect(tenant(...given)).rejects.toThrow(sentence);
  });

  it.each([
    [['--help'], 0, /add <user or group> <group>/],
    [['levitate'], 2, /There is no command/],
    [['users', '--loud'], 2, /^Unknown option '--loud'\.\n$/],
    [['users', '--settings', 'nowhere.json'], 2, /No stack runs according to nowhere\.json/],
  ])('ends %j with code %d', async (given, code, text) => {
    const command = runNode(['dev/tenant.ts', ...given]);
    expect(await command.exited).toBe(code);
    expect(command.output()).toMatch(text);
  });
});

describe('pick', () => {
  const ada: Named = { type: 'user', id: '1', displayName: 'Ada', userPrincipalName: 'ada@x.example' };
  const adam: Named = { type: 'user', id: '2', displayName: 'Adam', userPrincipalName: 'adam@x.example' };

  it.each([
    ['1', ada],
    ['ADA', ada],
    ['adam@x.example', adam],
    ['am', adam],
  ])('takes %s for whom it fits best', (text, expected) => {
    expect(pick([ada, adam], text, 'user')).toBe(expected);
  });
});
