import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GraphCall } from '../../src/lib/directory/graph-client.ts';
import { seedGroup, seedUser, testId } from '../simulator/test-tenant.ts';
import { directoryUnderTest, itemsOf, type DirectoryUnderTest } from './directory-under-test.ts';

const ada = testId('a', 1);
const team = testId('b', 1);

let under: DirectoryUnderTest;

beforeEach(async () => {
  // Even an app that may write must not.
  under = await directoryUnderTest({ permissions: ['Directory.ReadWrite.All'] });
  seedUser(under.test.tenant, { id: ada });
  seedGroup(under.test.tenant, { id: team }, [ada]);
});

afterEach(async () => {
  await under.close();
});

const send = (call: Omit<GraphCall, 'permission'>) => under.client.send({ permission: 'none', ...call });
const batchOf = (...requests: readonly object[]): Omit<GraphCall, 'permission'> => ({
  method: 'POST',
  path: '/$batch',
  body: { requests: requests.map((request, id) => ({ id: String(id), ...request })) },
});

describe('the Graph client (P7, promise 8)', () => {
  it.each<Omit<GraphCall, 'permission'>>([
    { method: 'DELETE', path: `/groups/${team}/members/${ada}/$ref` },
    { method: 'POST', path: `/groups/${team}/members/$ref`, body: { '@odata.id': ada } },
    { method: 'PATCH', path: `/users/${ada}`, body: { accountEnabled: false } },
    { method: 'POST', path: '/users', body: {} },
    { method: 'DELETE', path: `/users/${ada}` },
    { method: 'POST', path: `/directory/deletedItems/${ada}/restore` },
    { method: 'POST', path: `/users/${ada}/assignLicense`, body: {} },
    { method: 'POST', path: `/users/${ada}/getMemberGroups/../assignLicense`, body: {} },
    { method: 'DELETE', path: '/subscriptions/../users' },
    { method: 'POST', path: `/subscriptions/${ada}/anything` },
    batchOf({ method: 'GET', url: '/users' }, { method: 'DELETE', url: `/users/${ada}` }),
    batchOf({ method: 'patch', url: `users/${ada}`, body: {} }),
    batchOf({ method: 'POST', url: '/$batch', body: {} }),
    batchOf({ method: 'DELETE', url: `/subscriptions/${ada}` }),
    { method: 'POST', path: '/$batch', body: { nonsense: true } },
  ])('refuses to send %j', async (call) => {
    await expect(send(call)).rejects.toThrow('Rolecall only reads the directory');
    expect(under.spent().requests).toBe(0);
  });

  it.each<Omit<GraphCall, 'permission'>>([
    { path: '/users' },
    { method: 'POST', path: `/users/${ada}/getMemberGroups`, body: { securityEnabledOnly: false } },
    { method: 'POST', path: `/users/${ada}/checkMemberGroups`, body: { groupIds: [team] } },
    { method: 'POST', path: '/directoryObjects/getByIds', body: { ids: [ada] } },
    batchOf({ method: 'GET', url: '/users' }),
    { method: 'DELETE', path: `/subscriptions/${ada}` },
    { method: 'POST', path: `/subscriptions/${ada}/reauthorize` },
  ])('sends %j', async (call) => {
    await send(call);
    expect(under.spent().requests).toBe(1);
  });

  it('writes nothing but subscriptions, whatever the port is asked for', async () => {
    const { directory } = under;
    await directory.readUser(ada, { direct: true, priority: 'normal' });
    await directory.readUser(team, { direct: false, priority: 'low' });
    await directory.readGroups([team], 'low');
    await directory.isGroupDeleted(team);
    await itemsOf(directory.listMembers(team, { transitive: true, priority: 'low' }));
    await itemsOf(directory.listUsers('low'));
    await directory.groupsDelta({ groupIds: [team] });
    await directory.usersDelta({ now: true });
    await directory.findGroupsByName('x');
    await itemsOf(directory.listGroups('low'));
    await directory.suggestGroups('x');
    const info = (await directory.readGroups([team], 'low')).get(team)?.info;
    expect(info && (await directory.countMembers(info))).toBe(1);
    await directory.renewSubscription(testId('e', 1), '2026-12-01T00:00:00Z');
    await directory.deleteSubscription(testId('e', 1));
    const { writes } = under.test.simulator.world.control.counters.snapshot();
    expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PATCH /subscriptions/${testId('e', 1)}`,
      `DELETE /subscriptions/${testId('e', 1)}`,
    ]);
  });

  it('asks for permissions to read, and names no other', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const source = files.map((name) => readFileSync(join('src', name), 'utf8')).join('\n');
    const named = new Set(source.match(/\b(?:[A-Z][A-Za-z]+\.){1,2}(?:All|Hidden|OwnedBy|Directory)\b/g));
    expect([...named].sort()).toEqual(['Group.Read.All', 'Member.Read.Hidden', 'User.Read.All']);
    expect(source).not.toContain('ReadWrite');
  });
});
