import { readUsersDelta } from '../../src/lib/directory/delta.ts';
import { DeltaResetError, IncompleteReadingError, InvalidInputError } from '../../src/lib/errors.ts';
import type { DeltaPage } from '../../src/lib/model/directory.ts';
import { seedGroup, seedUser, testId } from '../simulator/test-tenant.ts';
import { directoryUnderTest, itemsOf, type DirectoryUnderTest } from './directory-under-test.ts';

const DAY_MS = 24 * 3600_000;
const [ada, ben] = [testId('a', 1), testId('a', 2)];
const [team, nested] = [testId('b', 1), testId('b', 2)];

let under: DirectoryUnderTest;

beforeEach(async () => {
  under = await directoryUnderTest();
  const { tenant } = under.test;
  seedUser(tenant, { id: ada, displayName: 'Ada', userPrincipalName: 'ada@example.net', mail: 'ada@example.net' });
  seedUser(tenant, { id: ben, displayName: 'Ben', userPrincipalName: 'ben@example.net', userType: 'Guest' });
  seedGroup(tenant, { id: team, displayName: 'team' }, [ada]);
  seedGroup(tenant, { id: nested, displayName: 'nested' });
});

afterEach(async () => {
  await under.close();
});

/** Follows a round to its end; returns its entries and the link that ends it. */
async function round<T>(first: Promise<DeltaPage<T>>, next: (link: string) => Promise<DeltaPage<T>>) {
  const entries: T[] = [];
  let page = await first;
  for (let pages = 0; pages < 1000; pages += 1) {
    entries.push(...page.entries);
    if (page.delta !== undefined) return { entries, delta: page.delta };
    page = await next(page.next ?? '');
  }
  throw new Error('The round does not end.');
}

const groups = (start: { groupIds: readonly string[] } | { link: string }) =>
  round(under.directory.groupsDelta(start), (link) => under.directory.groupsDelta({ link }));
const users = (start: { now: true } | { link: string }) =>
  round(under.directory.usersDelta(start), (link) => under.directory.usersDelta({ link }));

describe('listing users', () => {
  it('gives account facts and names', async () => {
    expect(await itemsOf(under.directory.listUsers('low'))).toEqual([
      {
        id: ada,
        accountEnabled: true,
        userType: 'member',
        displayName: 'Ada',
        userPrincipalName: 'ada@example.net',
        mail: 'ada@example.net',
      },
      { id: ben, accountEnabled: true, userType: 'guest', displayName: 'Ben', userPrincipalName: 'ben@example.net' },
    ]);
  });
});

describe('the groups delta', () => {
  it('starts from now and tells who joined and who left, once each', async () => {
    const start = await groups({ groupIds: [team, nested] });
    expect(start.entries).toEqual([]);
    under.test.directory.apply({ kind: 'memberAdded', groupId: team, memberId: ben, memberType: 'user' });
    under.test.directory.apply({ kind: 'memberAdded', groupId: team, memberId: nested, memberType: 'group' });
    under.test.directory.apply({ kind: 'memberRemoved', groupId: team, memberId: ada, memberType: 'user' });
    const { entries, delta } = await groups({ link: start.delta });
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ id: team, displayName: 'team' });
    expect(entries[0]).not.toHaveProperty('removed');
    expect(new Set(entries[0]?.members)).toEqual(
      new Set([
        { id: ben, type: 'user', left: false },
        { id: nested, type: 'group', left: false },
        { id: ada, type: 'user', left: true },
      ]),
    );
    expect((await groups({ link: delta })).entries).toEqual([]);
  });

  it('tells of nobody but the groups it was started for', async () => {
    const start = await groups({ groupIds: [nested] });
    under.test.directory.apply({ kind: 'memberAdded', groupId: team, memberId: ben, memberType: 'user' });
    expect((await groups({ link: start.delta })).entries).toEqual([]);
  });

  it('tells of a deleted group', async () => {
    const start = await groups({ groupIds: [team] });
    under.test.directory.apply({ kind: 'groupDeleted', groupId: team });
    const { entries } = await groups({ link: start.delta });
    expect(entries).toEqual([{ id: team, removed: 'changed', members: [] }]);
  });

  it.each([{ groupIds: [] }, { groupIds: Array.from({ length: 51 }, () => team) }, { groupIds: ["x' or id ne 'y"] }])(
    'refuses to start for $groupIds.length groups',
    async ({ groupIds }) => {
      await expect(under.directory.groupsDelta({ groupIds })).rejects.toBeInstanceOf(InvalidInputError);
    },
  );

  it('reads split members, repeated objects and empty pages to the end', async () => {
    Object.assign(under.test.simulator.world.control.delta.settings, {
      membersPerPage: 7,
      emptyPages: 0.3,
      repeatedObjects: 0.3,
    });
    const start = await groups({ groupIds: [team, nested] });
    const joined = Array.from({ length: 40 }, (_unused, number) => testId('d', number));
    for (const id of joined) {
      seedUser(under.test.tenant, { id });
      under.test.directory.apply({ kind: 'memberAdded', groupId: team, memberId: id, memberType: 'user' });
    }
    const { entries } = await groups({ link: start.delta });
    expect(new Set(entries.flatMap(({ members }) => members.map(({ id }) => id)))).toEqual(new Set(joined));
  });
});

describe('the users delta', () => {
  it('tells of changed, deleted and restored users', async () => {
    const start = await users({ now: true });
    expect(start.entries).toEqual([]);
    under.test.directory.apply({ kind: 'userUpdated', userId: ada, properties: { accountEnabled: false } });
    under.test.directory.apply({ kind: 'userDeleted', userId: ben });
    const changed = await users({ link: start.delta });
    expect(changed.entries).toHaveLength(2);
    expect(changed.entries.find(({ id }) => id === ada)).toMatchObject({ accountEnabled: false, userType: 'member' });
    expect(changed.entries.find(({ id }) => id === ben)).toEqual({ id: ben, removed: 'changed' });
    under.test.directory.apply({ kind: 'userRestored', userId: ben });
    const restored = await users({ link: changed.delta });
    expect(restored.entries).toMatchObject([{ id: ben, accountEnabled: true, userType: 'guest' }]);
    expect(restored.entries[0]).not.toHaveProperty('removed');
  });

  it('tells of a user who is gone for good', async () => {
    const start = await users({ now: true });
    under.test.directory.apply({ kind: 'userDeleted', userId: ben });
    under.test.directory.apply({ kind: 'userPurged', userId: ben });
    const { entries } = await users({ link: start.delta });
    expect(entries.at(-1)).toEqual({ id: ben, removed: 'deleted' });
  });
});

describe('a delta link that Graph refuses', () => {
  const control = () => under.test.simulator.world.control;

  it.each([
    {
      why: 'is older than 7 days',
      spoil: () => {
        under.test.clock.advance(8 * DAY_MS);
      },
    },
    {
      why: 'was made invalid',
      spoil: () => {
        control().delta.expireTokens(under.test.tenant.id);
      },
    },
    {
      why: 'is answered by 410',
      spoil: () => {
        control().delta.resetTokens(under.test.tenant.id);
      },
    },
  ])('because it $why asks for a new round', async ({ spoil }) => {
    const links = [(await groups({ groupIds: [team] })).delta, (await users({ now: true })).delta];
    spoil();
    await expect(under.directory.groupsDelta({ link: links[0] ?? '' })).rejects.toBeInstanceOf(DeltaResetError);
    await expect(under.directory.usersDelta({ link: links[1] ?? '' })).rejects.toBeInstanceOf(DeltaResetError);
  });

  /** The link inside a round of three pages, after its first page. */
  async function linkInsideRound(): Promise<string> {
    control().delta.settings.usersPerPage = 1;
    for (const number of [1, 2, 3]) seedUser(under.test.tenant, { id: testId('d', number) });
    const start = await users({ now: true });
    for (const number of [1, 2, 3]) {
      const userId = testId('d', number);
      under.test.directory.apply({ kind: 'userUpdated', userId, properties: { displayName: 'New' } });
    }
    return (await under.directory.usersDelta({ link: start.delta })).next ?? '';
  }

  it('because a link inside a round has died asks for a new round', async () => {
    const link = await linkInsideRound();
    under.test.clock.advance(3_600_000);
    await expect(under.directory.usersDelta({ link })).rejects.toBeInstanceOf(DeltaResetError);
  });

  it('because its page was asked for twice asks for a new round', async () => {
    control().delta.settings.refuseLinksOfRetriedPages = true;
    const link = await linkInsideRound();
    await under.directory.usersDelta({ link });
    const repeated = await under.directory.usersDelta({ link });
    await expect(under.directory.usersDelta({ link: repeated.next ?? '' })).rejects.toBeInstanceOf(DeltaResetError);
  });

  it('is not mistaken for an outage: 503 is tried again with the same link', async () => {
    const { delta } = await users({ now: true });
    control().faults.add({ path: '/users/delta', status: 503, count: 1 });
    await expect(under.directory.usersDelta({ link: delta })).rejects.toMatchObject({ kind: 'againAfter' });
    expect((await users({ link: delta })).entries).toEqual([]);
  });

  it('goes only to the configured host, whatever the link says', async () => {
    const { delta } = await users({ now: true });
    const elsewhere = delta.replace(under.test.simulator.url, 'https://graph.attacker.example');
    expect(elsewhere).not.toBe(delta);
    expect((await users({ link: elsewhere })).entries).toEqual([]);
  });
});

describe('a page without a link', () => {
  it('is no end of a round', async () => {
    const client = { ...under.client, send: async () => ({ status: 200, body: { value: [] } }) };
    await expect(readUsersDelta(client, { now: true })).rejects.toBeInstanceOf(IncompleteReadingError);
  });
});
