import { AccessDeniedError, InvalidInputError } from '../../src/lib/errors.ts';
import { seedGroup, seedUser, testId } from '../simulator/test-tenant.ts';
import { directoryUnderTest, type DirectoryUnderTest } from './directory-under-test.ts';

const ada = testId('a', 1);
const [parent, child, other, hidden] = [testId('b', 1), testId('b', 2), testId('b', 3), testId('b', 4)];

let under: DirectoryUnderTest;

beforeEach(async () => {
  under = await directoryUnderTest();
  const { tenant } = under.test;
  seedUser(tenant, {
    id: ada,
    displayName: 'Ada Example',
    userPrincipalName: 'ada@example.net',
    mail: 'ada@example.net',
    accountEnabled: true,
    userType: 'Member',
  });
  seedGroup(tenant, { id: child }, [ada]);
  seedGroup(tenant, { id: parent }, [child]);
  seedGroup(tenant, { id: other });
  under.spent();
});

afterEach(async () => {
  await under.close();
});

const read = (id = ada, direct = false) => under.directory.readUser(id, { direct, priority: 'normal' });

describe('reading a user', () => {
  it('takes one HTTP request and 3 resource units', async () => {
    const reading = await read();
    expect(reading).toMatchObject({
      kind: 'found',
      identity: { displayName: 'Ada Example', userPrincipalName: 'ada@example.net', mail: 'ada@example.net' },
      accountEnabled: true,
      userType: 'member',
      groups: new Set([child, parent]),
    });
    expect(reading).not.toHaveProperty('directGroups');
    expect(under.spent()).toEqual({ requests: 1, resourceUnits: 3 });
  });

  it('takes one unit more for direct membership', async () => {
    expect(await read(ada, true)).toMatchObject({ groups: new Set([child, parent]), directGroups: new Set([child]) });
    expect(under.spent()).toEqual({ requests: 1, resourceUnits: 4 });
  });

  it('follows the pages of direct membership', async () => {
    const many = Array.from({ length: 1_200 }, (_unused, number) => testId('c', number));
    for (const id of many) seedGroup(under.test.tenant, { id }, [ada]);
    const reading = await read(ada, true);
    expect(reading).toMatchObject({ directGroups: new Set([child, ...many]) });
  });

  it('says when it began and when it was complete', async () => {
    const before = under.clock.now().toISOString();
    const { startedDateTime, completedDateTime } = await read();
    expect(startedDateTime >= before).toBe(true);
    expect(completedDateTime >= startedDateTime).toBe(true);
    expect(completedDateTime <= under.clock.now().toISOString()).toBe(true);
  });

  it('takes ids in any case and gives them in lower case', async () => {
    expect(await read(ada.toUpperCase())).toMatchObject({ kind: 'found', groups: new Set([child, parent]) });
  });

  it.each(['', 'ada@example.net', `${ada}/memberOf`, `${ada}?$select=id`])('refuses the id "%s"', async (id) => {
    await expect(read(id)).rejects.toBeInstanceOf(InvalidInputError);
    expect(under.spent().requests).toBe(0);
  });

  it('pages the listing for a user in more groups than the action can tell', async () => {
    const many = Array.from({ length: 11_001 }, (_unused, number) => testId('d', number));
    for (const id of many) seedGroup(under.test.tenant, { id }, [ada]);
    const reading = await read();
    expect(reading.kind === 'found' && reading.groups.size).toBe(11_003);
  });

  it('finds every group above through ten levels, and round a cycle (A14)', async () => {
    const { tenant, directory } = under.test;
    const levels = Array.from({ length: 10 }, (_unused, index) => testId('e', index + 1));
    for (const [index, id] of levels.entries()) seedGroup(tenant, { id }, [levels[index - 1] ?? ada]);
    const [lowest = '', highest = ''] = [levels.at(0), levels.at(-1)];
    expect(await read()).toMatchObject({ groups: new Set([child, parent, ...levels]) });
    directory.apply({ kind: 'memberAdded', groupId: lowest, memberId: highest, memberType: 'group' });
    expect(await read(ada, true)).toMatchObject({
      groups: new Set([child, parent, ...levels]),
      directGroups: new Set([child, lowest]),
    });
    directory.apply({
      kind: 'memberRemoved',
      groupId: levels[5] ?? '',
      memberId: levels[4] ?? '',
      memberType: 'group',
    });
    expect(await read()).toMatchObject({ groups: new Set([child, parent, ...levels.slice(0, 5)]) });
  });

  it.each([null, 'None', 'SecurityGroup', 'ApplicationGroup', 'All'])(
    'is the same whatever group claims the app registration asks for: %s (P3)',
    async (groupMembershipClaims) => {
      under.test.tenant.app(under.test.clientId).groupMembershipClaims = groupMembershipClaims;
      const reading = await read();
      expect(reading).toMatchObject({ kind: 'found', groups: new Set([child, parent]) });
      expect(under.spent()).toEqual({ requests: 1, resourceUnits: 3 });
    },
  );

  it('leaves out what was never set', async () => {
    const plain = testId('a', 2);
    seedUser(under.test.tenant, { id: plain, mail: null, userType: null, accountEnabled: false });
    const reading = await read(plain);
    expect(reading).toMatchObject({ accountEnabled: false, userType: 'member', groups: new Set() });
    expect(reading.kind === 'found' && 'mail' in reading.identity).toBe(false);
  });
});

describe('an id that no user answers to', () => {
  it('is a deleted user when the recycle bin holds it', async () => {
    under.test.directory.apply({ kind: 'userDeleted', userId: ada });
    expect((await read()).kind).toBe('deleted');
    expect(under.spent().requests).toBe(2);
  });

  it('is a group when a group answers to it', async () => {
    expect((await read(parent)).kind).toBe('group');
  });

  it('is a group when the recycle bin holds a group of that id', async () => {
    under.test.directory.apply({ kind: 'groupDeleted', groupId: other });
    expect((await read(other)).kind).toBe('group');
  });

  it('is absent when nobody knows it', async () => {
    expect((await read(testId('e', 1))).kind).toBe('absent');
  });
});

describe('half an answer', () => {
  const notFound = /answered 404 .* which proves nothing/;

  it('is none: the user is found and the groups are not', async () => {
    under.test.simulator.world.control.faults.add({ path: 'getMemberGroups$', status: 404 });
    await expect(read()).rejects.toThrow(notFound);
  });

  it('is none: the direct groups are not found', async () => {
    under.test.simulator.world.control.faults.add({ path: '/memberOf', status: 404 });
    await expect(read(ada, true)).rejects.toThrow(notFound);
  });

  it('is none: the recycle bin fails while the id is looked for', async () => {
    under.test.simulator.world.control.faults.add({ path: '/directory/deletedItems', status: 500 });
    await expect(read(testId('e', 1))).rejects.toMatchObject({ kind: 'againAfter' });
  });
});

describe('without the permission to read users', () => {
  it('takes an account state that is hidden as unknown', async () => {
    await under.close();
    under = await directoryUnderTest({ permissions: ['Group.Read.All', 'User.ReadBasic.All'] });
    seedUser(under.test.tenant, { id: ada });
    expect(await read()).toMatchObject({ kind: 'found', accountEnabled: undefined, userType: undefined });
  });

  it('names the permission when nothing is readable (A25)', async () => {
    await under.close();
    under = await directoryUnderTest({ permissions: ['Group.Read.All'] });
    seedUser(under.test.tenant, { id: ada });
    const failure = read();
    await expect(failure).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(failure).rejects.toThrow('User.Read.All');
  });
});

describe('hidden membership', () => {
  it('is left out of a reading without the permission, so that a group must be asked before a loss counts', async () => {
    seedGroup(under.test.tenant, { id: hidden, groupTypes: ['Unified'], visibility: 'HiddenMembership' }, [ada]);
    expect(await read()).toMatchObject({ groups: new Set([child, parent]) });
    const answers = await under.directory.readGroups([hidden], 'normal');
    expect(answers.get(hidden)).toMatchObject({ evidence: 'unknown', info: { hiddenMembership: true } });
  });

  it('was readable to a reading only if the permission was there all the time', async () => {
    expect(await read()).toMatchObject({ readsHidden: false });
    const { tenant } = under.test;
    tenant.grant(under.test.clientId, 'Member.Read.Hidden');
    // The token at hand does not have it yet.
    expect(await read()).toMatchObject({ readsHidden: false });
    under.test.clock.advance(3_600_000);
    expect(await read()).toMatchObject({ readsHidden: true });
  });
});
