import { AccessDeniedError } from '../../src/lib/errors.ts';
import { seedGroup, seedUser, testId } from '../simulator/test-tenant.ts';
import { directoryUnderTest, itemsOf, type DirectoryUnderTest } from './directory-under-test.ts';

const ada = testId('a', 1);
const hidden = testId('b', 1);

let under: DirectoryUnderTest;

beforeEach(async () => {
  under = await directoryUnderTest({ permissions: ['Group.Read.All'] });
  seedUser(under.test.tenant, { id: ada });
  seedGroup(under.test.tenant, { id: hidden, groupTypes: ['Unified'], visibility: 'HiddenMembership' }, [ada]);
});

afterEach(async () => {
  await under.close();
});

const listUsers = () => itemsOf(under.directory.listUsers('normal'));
const readUser = () => under.directory.readUser(ada, { direct: false, priority: 'normal' });
const consent = () => under.test.tenant.grant(under.test.clientId, 'User.Read.All');
const tokens = () => under.test.simulator.world.control.counters.tokensIssued;

describe('the access token', () => {
  it('is shared by many calls at once and kept until shortly before it expires', async () => {
    consent();
    await Promise.all([listUsers(), readUser(), listUsers()]);
    under.test.clock.advance(50 * 60_000);
    await listUsers();
    expect(tokens()).toBe(1);
    under.test.clock.advance(6 * 60_000);
    await listUsers();
    expect(tokens()).toBe(2);
  });

  it('is renewed when Graph says it has expired, and the call succeeds', async () => {
    consent();
    under.test.simulator.world.control.faults.add({ path: '/users$', status: 401, count: 1 });
    expect(await listUsers()).toHaveLength(1);
    expect(tokens()).toBe(2);
  });

  it('is renewed once per call, so that a lasting 401 is an error', async () => {
    consent();
    under.test.simulator.world.control.faults.add({ path: '/users$', status: 401 });
    await expect(listUsers()).rejects.toBeInstanceOf(AccessDeniedError);
    expect(tokens()).toBe(2);
  });

  it('older than the consent is replaced, and the call succeeds (A22)', async () => {
    expect((await under.directory.readGroups([hidden], 'normal')).size).toBe(1);
    consent();
    expect(await listUsers()).toHaveLength(1);
  });

  it('older than the consent is replaced for a batch as well (A22)', async () => {
    expect((await under.directory.readGroups([hidden], 'normal')).size).toBe(1);
    consent();
    expect((await readUser()).kind).toBe('found');
  });

  it('is not replaced again and again for want of a permission', async () => {
    for (let count = 0; count < 5; count += 1) {
      await expect(listUsers()).rejects.toThrow('User.Read.All');
      await expect(readUser()).rejects.toThrow('User.Read.All');
    }
    expect(tokens()).toBe(2);
    consent();
    under.test.clock.advance(61_000);
    expect(await listUsers()).toHaveLength(1);
  });

  it('says what may be read: hidden membership counts after the consent', async () => {
    expect((await under.directory.readGroups([hidden], 'normal')).get(hidden)?.evidence).toBe('unknown');
    under.test.tenant.grant(under.test.clientId, 'Member.Read.Hidden');
    under.test.clock.advance(3_600_000);
    expect((await under.directory.readGroups([hidden], 'normal')).get(hidden)?.evidence).toBe('present');
  });
});
