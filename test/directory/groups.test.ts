import { AccessDeniedError, IncompleteReadingError } from '../../src/lib/errors.ts';
import { directoryUser } from '../../dev/simulator/world/directory-object.ts';
import { seedGroup, seedUser, testId } from '../simulator/test-tenant.ts';
import { directoryUnderTest, itemsOf, type DirectoryUnderTest } from './directory-under-test.ts';

const ada = testId('a', 1);
const guest = testId('a', 2);
const [team, nested, gone, hidden] = [testId('b', 1), testId('b', 2), testId('b', 3), testId('b', 4)];

let under: DirectoryUnderTest;

beforeEach(async () => {
  under = await directoryUnderTest();
  const { tenant } = under.test;
  seedUser(tenant, { id: ada });
  seedUser(tenant, { id: guest, userType: 'Guest' });
  seedGroup(tenant, { id: nested, displayName: 'nested' }, [guest]);
  seedGroup(tenant, { id: team, displayName: 'team' }, [ada, nested]);
  seedGroup(tenant, { id: hidden, groupTypes: ['Unified'], mailEnabled: true, visibility: 'HiddenMembership' }, [ada]);
  under.spent();
});

afterEach(async () => {
  await under.close();
});

const list = (groupId: string, transitive = false) =>
  itemsOf(under.directory.listMembers(groupId, { transitive, priority: 'low' }));

/** Every kind of group that Entra ID has, with how it is told apart. */
const kinds = [
  { kind: 'security', given: {} },
  { kind: 'mailEnabledSecurity', given: { mailEnabled: true } },
  { kind: 'distribution', given: { mailEnabled: true, securityEnabled: false } },
  { kind: 'microsoft365', given: { mailEnabled: true, groupTypes: ['Unified'] } },
  { kind: 'microsoft365', given: { groupTypes: ['DynamicMembership', 'Unified'] }, marks: { dynamic: true } },
  { kind: 'security', given: { groupTypes: ['DynamicMembership'] }, marks: { dynamic: true } },
  { kind: 'security', given: { onPremisesSyncEnabled: true }, marks: { onPremisesSynced: true } },
  { kind: 'security', given: { onPremisesSyncEnabled: false } },
  { kind: 'security', given: { isAssignableToRole: true }, marks: { roleAssignable: true } },
];

describe('asking groups', () => {
  it('tells what each is, in one request for 20 of them', async () => {
    const ids = Array.from({ length: 20 }, (_unused, number) => testId('c', number));
    for (const id of ids) seedGroup(under.test.tenant, { id });
    const answers = await under.directory.readGroups([...ids, ids[0] ?? ''], 'normal');
    expect([...answers.keys()]).toEqual(ids);
    expect(new Set([...answers.values()].map(({ evidence }) => evidence))).toEqual(new Set(['present']));
    expect(under.spent()).toEqual({ requests: 1, resourceUnits: 20 });
    expect((await under.directory.readGroups([...ids, team], 'normal')).size).toBe(21);
    expect(under.spent().requests).toBe(2);
  });

  it('knows nothing of a group that does not answer, deleted or not', async () => {
    seedGroup(under.test.tenant, { id: gone });
    under.test.directory.apply({ kind: 'groupDeleted', groupId: gone });
    const answers = await under.directory.readGroups([gone, testId('e', 1), team], 'normal');
    expect(answers.get(gone)).toEqual({ evidence: 'unknown' });
    expect(answers.get(testId('e', 1))).toEqual({ evidence: 'unknown' });
    expect(answers.get(team)?.evidence).toBe('present');
  });

  it('tells which groups each is directly in, 20 to a request, and nothing of one that is not there', async () => {
    const outer = testId('d', 1);
    seedGroup(under.test.tenant, { id: outer }, [team]);
    under.spent();
    const parents = await under.directory.readParents([nested, team, outer, testId('e', 1)], 'normal');
    expect(Object.fromEntries(parents)).toEqual({ [nested]: [team], [team]: [outer], [outer]: [] });
    expect(under.spent().requests).toBe(1);
  });

  it('takes a hidden membership as evidence only with the permission in the token', async () => {
    expect((await under.directory.readGroups([hidden], 'normal')).get(hidden)?.evidence).toBe('unknown');
    await under.close();
    under = await directoryUnderTest({ permissions: ['Group.Read.All', 'User.Read.All', 'Member.Read.Hidden'] });
    seedGroup(under.test.tenant, { id: hidden, groupTypes: ['Unified'], visibility: 'HiddenMembership' });
    expect((await under.directory.readGroups([hidden], 'normal')).get(hidden)?.evidence).toBe('present');
  });

  it.each(kinds)('classifies $given as $kind', async ({ kind, given, marks = {} }) => {
    const id = testId('c', 1);
    seedGroup(under.test.tenant, { id, displayName: 'Group', ...given });
    expect((await under.directory.readGroups([id], 'normal')).get(id)?.info).toEqual({
      id,
      displayName: 'Group',
      kind,
      dynamic: false,
      onPremisesSynced: false,
      roleAssignable: false,
      hiddenMembership: false,
      ...marks,
    });
  });

  it.each(kinds)('reads the members of $given from either end (E3)', async ({ given }) => {
    const id = testId('c', 1);
    seedGroup(under.test.tenant, { id, ...given }, [ada]);
    expect(await list(id)).toEqual([{ id: ada, type: 'user' }]);
    const reading = await under.directory.readUser(ada, { direct: true, priority: 'normal' });
    expect(reading).toMatchObject({ groups: new Set([team, id]), directGroups: new Set([team, id]) });
  });

  it('finds a deleted group in the recycle bin, and nothing else there', async () => {
    seedGroup(under.test.tenant, { id: gone });
    expect(await under.directory.isGroupDeleted(gone)).toBe(false);
    under.test.directory.apply({ kind: 'groupDeleted', groupId: gone });
    expect(await under.directory.isGroupDeleted(gone)).toBe(true);
    under.test.directory.apply({ kind: 'userDeleted', userId: ada });
    expect(await under.directory.isGroupDeleted(ada)).toBe(false);
    expect(await under.directory.isGroupDeleted(testId('e', 1))).toBe(false);
  });
});

describe('finding groups by name', () => {
  it('gives every group of exactly that name', async () => {
    const names = ['Team A', 'Team A', 'team a', 'Team AB', "O'Hara & sons, 100%+"];
    names.forEach((displayName, number) => seedGroup(under.test.tenant, { id: testId('c', number), displayName }));
    const ids = async (name: string) => (await under.directory.findGroupsByName(name)).map(({ id }) => id);
    expect(await ids('Team A')).toEqual([testId('c', 0), testId('c', 1)]);
    expect(await ids("O'Hara & sons, 100%+")).toEqual([testId('c', 4)]);
    expect(await ids('Nobody')).toEqual([]);
  });
});

describe('suggesting groups', () => {
  it('gives a few whose names begin so, whatever the capitals', async () => {
    const names = ["O'Hara one", "o'hara two", 'Ohara', ...Array.from({ length: 30 }, () => 'Crowd')];
    names.forEach((displayName, number) => seedGroup(under.test.tenant, { id: testId('c', number), displayName }));
    const suggested = async (beginning: string) => await under.directory.suggestGroups(beginning);
    expect((await suggested("O'H")).map(({ displayName }) => displayName)).toEqual(["O'Hara one", "o'hara two"]);
    expect(await suggested('crowd')).toHaveLength(20);
    expect(await suggested('Nobody')).toEqual([]);
  });
});

describe('listing groups', () => {
  it('gives all pages of the tenant, classified, at the least cost', async () => {
    const ids = Array.from({ length: 1_200 }, (_unused, number) => testId('c', number));
    for (const id of ids) seedGroup(under.test.tenant, { id, displayName: 'Group', isAssignableToRole: true });
    under.spent();
    const groups = await itemsOf(under.directory.listGroups('low'));
    expect(new Set(groups.map(({ id }) => id))).toEqual(new Set([...ids, team, nested, hidden]));
    expect(groups.find(({ id }) => id === ids[0])).toMatchObject({ kind: 'security', roleAssignable: true });
    expect(under.spent()).toEqual({ requests: 2, resourceUnits: 2 });
  });

  it('leaves nobody out when a page fails: it throws (promise 1)', async () => {
    under.test.simulator.world.control.faults.add({ path: '/groups$', status: 503 });
    await expect(itemsOf(under.directory.listGroups('low'))).rejects.toMatchObject({ kind: 'againAfter' });
  });
});

describe('counting members (A3, A13)', () => {
  const infoOf = async (id: string) => {
    const info = (await under.directory.readGroups([id], 'low')).get(id)?.info;
    if (info === undefined) throw new Error(`${id} does not answer.`);
    return info;
  };

  it('counts users, nested ones included, and no groups', async () => {
    expect(await under.directory.countMembers(await infoOf(team))).toBe(2);
  });

  it('does not know how many are in a group that hides them, or when Graph fails', async () => {
    expect(await under.directory.countMembers(await infoOf(hidden))).toBeUndefined();
    const info = await infoOf(team);
    under.test.simulator.world.control.faults.add({ path: 'count$', status: 400 });
    expect(await under.directory.countMembers(info)).toBeUndefined();
  });
});

describe('listing members', () => {
  it('gives direct members with their types', async () => {
    expect(await list(team)).toEqual([
      { id: ada, type: 'user' },
      { id: nested, type: 'group' },
    ]);
  });

  it('gives nested members when asked to', async () => {
    expect((await list(team, true)).filter(({ type }) => type === 'user').map(({ id }) => id)).toEqual([ada, guest]);
  });

  it('gives all pages of a large group', async () => {
    const ids = Array.from({ length: 2_500 }, (_unused, number) => testId('d', number));
    const users = ids.map((id) => directoryUser({ id, createdDateTime: '2026-01-05T09:00:00Z' }));
    under.test.directory.seed({ users, groups: [], members: [] });
    seedGroup(under.test.tenant, { id: gone }, ids);
    expect((await list(gone)).map(({ id }) => id)).toEqual(ids);
    // The group itself, and three pages.
    expect(under.spent()).toEqual({ requests: 4, resourceUnits: 1 + 3 * 2 });
  });

  it('throws for a group that does not answer: no members is not what it says', async () => {
    await expect(list(testId('e', 1))).rejects.toBeInstanceOf(IncompleteReadingError);
    under.test.directory.apply({ kind: 'groupDeleted', groupId: team });
    await expect(list(team)).rejects.toBeInstanceOf(IncompleteReadingError);
  });

  it.each(['empty', 'forbidden', 'idsOnly'] as const)(
    'throws for a membership that is hidden from us, whatever Graph would list (%s)',
    async (mode) => {
      under.test.simulator.world.control.settings.hiddenMembership = mode;
      const failure = list(hidden);
      await expect(failure).rejects.toBeInstanceOf(AccessDeniedError);
      await expect(failure).rejects.toThrow('Member.Read.Hidden');
    },
  );

  it('throws when a later page fails', async () => {
    const ids = Array.from({ length: 1_500 }, (_unused, number) => testId('d', number));
    for (const id of ids) seedUser(under.test.tenant, { id });
    seedGroup(under.test.tenant, { id: gone }, ids);
    const seen: string[] = [];
    const reading = async () => {
      const pages = under.directory.listMembers(gone, { transitive: false, priority: 'low' });
      for await (const page of pages) {
        seen.push(...page.map(({ id }) => id));
        under.test.simulator.world.control.faults.add({ path: '/members', status: 503 });
      }
    };
    await expect(reading()).rejects.toMatchObject({ kind: 'againAfter' });
    expect(seen).toHaveLength(999);
  });

  it('throws when a page link has died', async () => {
    const ids = Array.from({ length: 1_500 }, (_unused, number) => testId('d', number));
    for (const id of ids) seedUser(under.test.tenant, { id });
    seedGroup(under.test.tenant, { id: gone }, ids);
    const reading = async () => {
      for await (const page of under.directory.listMembers(gone, { transitive: false, priority: 'low' })) {
        expect(page).toHaveLength(999);
        under.test.clock.advance(3_600_000);
      }
    };
    await expect(reading()).rejects.toThrow('Directory_ExpiredPageToken');
  });
});
