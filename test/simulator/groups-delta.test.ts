import type { DirectoryChange, Mutation } from '../../dev/simulator/world/change.ts';
import { deltaRound } from './delta-chain.ts';
import { failureOf, seedGroup, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

const [FIRST, SECOND, NESTED] = [testId('a', 1), testId('a', 2), testId('a', 3)];
const [ADA, BEN, EVE] = [testId('b', 1), testId('b', 2), testId('b', 3)];
const WITH_MEMBERS = '/groups/delta?$select=id,displayName,members';

describe('groups delta', () => {
  let graph: TestTenant;

  beforeEach(async () => {
    graph = await startTestTenant();
    for (const id of [ADA, BEN, EVE]) seedUser(graph.tenant, { id });
    seedGroup(graph.tenant, { id: NESTED, displayName: 'nested' });
    seedGroup(graph.tenant, { id: FIRST, displayName: 'first' }, [ADA, NESTED]);
    seedGroup(graph.tenant, { id: SECOND, displayName: 'second' });
  });

  afterEach(() => graph.close());

  const apply = (...changes: Mutation[]): DirectoryChange[] => changes.map((change) => graph.directory.apply(change));
  const round = (url: string, prefer?: string) => deltaRound(graph.client, url, prefer);
  const member = (kind: 'memberAdded' | 'memberRemoved', memberId: string, groupId = FIRST): Mutation => ({
    kind,
    groupId,
    memberId,
    memberType: memberId === NESTED ? 'group' : 'user',
  });
  const user = (id: string) => ({ '@odata.type': '#microsoft.graph.user', id });
  const gone = { '@removed': { reason: 'deleted' } };
  const settings = () => graph.simulator.world.control.delta.settings;

  /** What the next round tells after the changes. */
  async function after(...changes: Mutation[]) {
    const { deltaLink } = await round(WITH_MEMBERS);
    apply(...changes);
    return (await round(deltaLink)).items;
  }

  it('begins with everything: typed direct members, none for an empty group, never-set properties left out', async () => {
    const { pages, items } = await round('/groups/delta?$select=id,displayName,description,members');
    expect(items).toEqual([
      { id: NESTED, displayName: 'nested' },
      {
        id: FIRST,
        displayName: 'first',
        'members@delta': [user(ADA), { '@odata.type': '#microsoft.graph.group', id: NESTED }],
      },
      { id: SECOND, displayName: 'second' },
    ]);
    expect(pages[0]?.['@odata.context']).toBe(
      `${graph.simulator.url}/v1.0/$metadata#groups(id,displayName,description)`,
    );
  });

  it('is known by its full name too', async () => {
    expect((await round('/groups/microsoft.graph.delta?$select=id')).items).toHaveLength(3);
  });

  it('tells nothing when nothing happened, and gives a fresh link each time', async () => {
    const first = await round(WITH_MEMBERS);
    const second = await round(first.deltaLink);
    expect(second.items).toEqual([]);
    expect(second.deltaLink).not.toBe(first.deltaLink);
    expect(second.pages[0]?.['@odata.context']).toBe(`${graph.simulator.url}/v1.0/$metadata#groups`);
  });

  it('starts from now with $deltatoken=latest', async () => {
    const latest = await round(`${WITH_MEMBERS}&$deltatoken=latest`);
    expect(latest.items).toEqual([]);
    apply(member('memberAdded', BEN));
    expect((await round(latest.deltaLink)).items).toMatchObject([{ id: FIRST, 'members@delta': [user(BEN)] }]);
  });

  it('tells who joined and who left, with an object as the marker', async () => {
    expect(await after(member('memberAdded', BEN), member('memberRemoved', ADA))).toEqual([
      { id: FIRST, displayName: 'first', 'members@delta': [user(BEN), { ...user(ADA), ...gone }] },
    ]);
  });

  it('tells the outcome when one member came and went', async () => {
    expect(await after(member('memberAdded', BEN), member('memberRemoved', BEN))).toEqual([
      { id: FIRST, displayName: 'first', 'members@delta': [{ ...user(BEN), ...gone }] },
    ]);
  });

  it('tells a change in a nested group of the nested group only', async () => {
    expect(await after(member('memberAdded', EVE, NESTED))).toMatchObject([{ id: NESTED }]);
  });

  it('tracks only what is selected', async () => {
    const describe = (description: string): Mutation => ({
      kind: 'groupUpdated',
      groupId: FIRST,
      properties: { description },
    });
    expect(await after(describe('x'))).toEqual([]);
    const { deltaLink } = await round('/groups/delta?$select=id,description');
    apply(member('memberAdded', BEN));
    expect((await round(deltaLink)).items).toEqual([]);
    apply(describe('y'));
    expect((await round(deltaLink)).items).toEqual([{ id: FIRST, description: 'y' }]);
  });

  it('shows a null where a value was taken away, and only changes with return=minimal', async () => {
    const select = '/groups/delta?$select=id,displayName,description';
    apply({ kind: 'groupUpdated', groupId: FIRST, properties: { description: 'x' } });
    const { deltaLink } = await round(select);
    apply({ kind: 'groupUpdated', groupId: FIRST, properties: { description: null } });
    expect((await round(deltaLink)).items).toEqual([{ id: FIRST, displayName: 'first', description: null }]);
    expect((await round(deltaLink, 'return=minimal')).items).toEqual([{ id: FIRST, description: null }]);
  });

  it('tells a deleted group as changed while it can be restored, then as deleted', async () => {
    expect(await after({ kind: 'groupDeleted', groupId: FIRST })).toEqual([
      { id: FIRST, '@removed': { reason: 'changed' } },
    ]);
    const { deltaLink } = await round(`${WITH_MEMBERS}&$deltatoken=latest`);
    apply({ kind: 'groupPurged', groupId: FIRST });
    expect((await round(deltaLink)).items).toEqual([{ id: FIRST, '@removed': { reason: 'deleted' } }]);
  });

  it('tells a restored group as if it were new, members and all', async () => {
    apply({ kind: 'groupDeleted', groupId: FIRST });
    const restored = await after({ kind: 'groupRestored', groupId: FIRST });
    expect(restored).toMatchObject([{ id: FIRST, displayName: 'first', 'members@delta': [user(ADA), { id: NESTED }] }]);
  });

  it.each(['userDeleted', 'userRestored', 'userPurged'] as const)('says nothing when a member is %s', async (kind) => {
    if (kind !== 'userDeleted') apply({ kind: 'userDeleted', userId: ADA });
    expect(await after({ kind, userId: ADA })).toEqual([]);
  });

  describe('filter', () => {
    const filtered = (ids: readonly string[]): string =>
      `${WITH_MEMBERS}&$filter=${ids.map((id) => `id eq '${id}'`).join(' or ')}`;

    it('keeps to the named groups through the whole chain', async () => {
      const { items, deltaLink } = await round(filtered([FIRST, SECOND]));
      expect(items.map(({ id }) => id)).toEqual([FIRST, SECOND]);
      apply(member('memberAdded', BEN, NESTED), member('memberAdded', BEN, SECOND));
      expect((await round(deltaLink)).items).toMatchObject([{ id: SECOND }]);
    });

    it('takes 50 ids and refuses 51', async () => {
      const ids = Array.from({ length: 51 }, (_, index) => testId('c', index));
      expect((await round(filtered(ids.slice(0, 50)))).items).toEqual([]);
      const refused = await failureOf(round(filtered(ids)));
      expect(refused).toMatchObject({ statusCode: 400, code: 'Request_BadRequest' });
    });
  });

  it.each(['$top=5', '$expand=members', '$orderby=displayName', "$filter=displayName eq 'x'"])(
    'refuses %s',
    async (option) => {
      const refused = await failureOf(graph.client.api(`/groups/delta?${option}`).get());
      expect(refused).toMatchObject({ statusCode: 400, code: 'Request_UnsupportedQuery' });
    },
  );

  it('asks for the permission to read members', async () => {
    const { clientId } = graph.tenant.registerApp({ permissions: ['User.Read.All'] });
    const refused = await failureOf(graph.clientFor(clientId).api('/groups/delta').get());
    expect(refused).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
  });

  it('keeps hidden members to itself without Member.Read.Hidden', async () => {
    const hidden = testId('a', 9);
    seedGroup(graph.tenant, { id: hidden, visibility: 'HiddenMembership' }, [ADA]);
    const find = async (client = graph.client) =>
      (await deltaRound(client, WITH_MEMBERS)).items.find(({ id }) => id === hidden);
    expect(await find()).not.toHaveProperty('members@delta');
    const { clientId } = graph.tenant.registerApp({ permissions: ['Group.Read.All', 'Member.Read.Hidden'] });
    expect(await find(graph.clientFor(clientId))).toMatchObject({ 'members@delta': [user(ADA)] });
  });

  it('holds removals in the first round when the switch says so', async () => {
    apply(member('memberRemoved', ADA), { kind: 'groupDeleted', groupId: SECOND });
    expect(JSON.stringify((await round(WITH_MEMBERS)).items)).not.toContain('@removed');
    settings().removalsInFirstRound = true;
    expect((await round(WITH_MEMBERS)).items).toMatchObject([
      { id: SECOND, '@removed': { reason: 'changed' } },
      { id: NESTED },
      { id: FIRST, 'members@delta': [{ id: ADA, ...gone }, { id: NESTED }] },
    ]);
  });

  it('costs 5 resource units a page', async () => {
    await round(WITH_MEMBERS);
    expect(graph.simulator.world.control.counters.route('GET /groups/delta')).toEqual({
      requests: 1,
      resourceUnits: 5,
    });
  });
});
