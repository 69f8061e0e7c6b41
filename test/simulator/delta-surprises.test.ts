import { z } from 'zod';
import { deltaPage, deltaRound, type DeltaPage } from './delta-chain.ts';
import { failureOf, seedGroup, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

const DAY = 24 * 60 * 60 * 1000;
const MINUTE = 60_000;
const GROUP = testId('a', 1);
const WITH_MEMBERS = '/groups/delta?$select=id,members';
const ALL = Array.from({ length: 7 }, (_, index) => testId('b', index + 1));

const memberSchema = z.array(z.object({ id: z.string() })).default([]);

function memberIds(page: Pick<DeltaPage, 'value'>): string[] {
  return page.value.flatMap((item) => memberSchema.parse(item['members@delta']).map(({ id }) => id));
}

describe('surprises of delta queries', () => {
  let graph: TestTenant;

  beforeEach(async () => {
    graph = await startTestTenant();
    for (const id of ALL) seedUser(graph.tenant, { id });
    seedGroup(graph.tenant, { id: GROUP }, ALL);
    for (const number of [2, 3, 4]) seedGroup(graph.tenant, { id: testId('a', number) });
  });

  afterEach(() => graph.close());

  const control = () => graph.simulator.world.control;
  const round = (url: string) => deltaRound(graph.client, url);
  const page = (url: string) => deltaPage(graph.client, url);
  const leave = (memberId: string) =>
    graph.directory.apply({ kind: 'memberRemoved', groupId: GROUP, memberId, memberType: 'user' });
  const linkOf = (of: DeltaPage): string => of['@odata.nextLink'] ?? '';

  it('spreads a large group over pages, named again on each with other members', async () => {
    control().delta.settings.membersPerPage = 3;
    const { pages } = await round(WITH_MEMBERS);
    expect(pages.map(memberIds)).toEqual([ALL.slice(0, 3), ALL.slice(3, 6), ALL.slice(6)]);
    const named = pages.map(({ value }) => value.map(({ id }) => id));
    expect(named).toEqual([[GROUP], [GROUP], [GROUP, ...[2, 3, 4].map((number) => testId('a', number))]]);
  });

  it('skips no member when somebody leaves between two pages', async () => {
    control().delta.settings.membersPerPage = 3;
    const first = await page(WITH_MEMBERS);
    leave(testId('b', 1));
    const rest = await round(linkOf(first));
    expect([...memberIds(first), ...rest.pages.flatMap(memberIds)]).toEqual(ALL);
    expect((await round(rest.deltaLink)).items).toMatchObject([
      { 'members@delta': [{ id: testId('b', 1), '@removed': { reason: 'deleted' } }] },
    ]);
  });

  it('gives as many objects on a page as the switches say', async () => {
    Object.assign(control().delta.settings, { groupsPerPage: 3, usersPerPage: 2 });
    expect((await round('/groups/delta')).pages.map(({ value }) => value.length)).toEqual([3, 1]);
    expect((await round('/users/delta')).pages.map(({ value }) => value.length)).toEqual([2, 2, 2, 1]);
  });

  it('puts empty pages between', async () => {
    Object.assign(control().delta.settings, { groupsPerPage: 3, emptyPages: 1 });
    expect((await round('/groups/delta')).pages.map(({ value }) => value.length)).toEqual([0, 3, 0, 1]);
  });

  it('names objects twice in a round', async () => {
    control().delta.settings.repeatedObjects = 1;
    const { items } = await round('/groups/delta');
    expect(items).toHaveLength(8);
    expect(new Set(items.map(({ id }) => id)).size).toBe(4);
  });

  it('tells the round before once more', async () => {
    const start = await round(`${WITH_MEMBERS}&$deltatoken=latest`);
    leave(testId('b', 1));
    const told = await round(start.deltaLink);
    expect((await round(told.deltaLink)).items).toEqual([]);
    control().delta.settings.replays = 1;
    expect((await round(told.deltaLink)).items).toEqual(told.items);
  });

  it('refuses a link after 7 days, and a fresh one starts a new week', async () => {
    const start = await round(WITH_MEMBERS);
    graph.clock.advance(6 * DAY);
    const renewed = await round(start.deltaLink);
    graph.clock.advance(2 * DAY);
    expect(await failureOf(page(start.deltaLink))).toMatchObject({ statusCode: 400, code: 'syncStateNotFound' });
    expect((await round(renewed.deltaLink)).items).toEqual([]);
  });

  it('knows nothing that the log has forgotten, even if the link may live longer', async () => {
    control().delta.settings.tokenLifetimeDays = 365;
    leave(testId('b', 1));
    const start = await round(`${WITH_MEMBERS}&$deltatoken=latest`);
    leave(testId('b', 2));
    graph.clock.advance(30 * DAY);
    leave(testId('b', 3));
    graph.clock.advance(1);
    expect(await failureOf(page(start.deltaLink))).toMatchObject({ statusCode: 400, code: 'syncStateNotFound' });
  });

  it('expires and resets links on demand, of one tenant, issued so far', async () => {
    const start = await round(`${WITH_MEMBERS}&$filter=id eq '${GROUP}'`);
    control().delta.expireTokens(graph.simulator.world.createTenant().id);
    expect((await round(start.deltaLink)).items).toEqual([]);
    control().delta.expireTokens(graph.tenant.id);
    expect(await failureOf(page(start.deltaLink))).toMatchObject({ statusCode: 400, code: 'syncStateNotFound' });
    const next = await round(WITH_MEMBERS);
    control().delta.resetTokens(graph.tenant.id);
    expect(await failureOf(page(next.deltaLink))).toMatchObject({ statusCode: 410, code: 'resyncRequired' });
    expect((await round(WITH_MEMBERS)).items).toHaveLength(4);
  });

  it('names the way back in the Location of a 410: the first call with an empty token', async () => {
    const start = await round(`${WITH_MEMBERS}&$filter=id eq '${GROUP}'`);
    control().delta.resetTokens(graph.tenant.id);
    const authorization = `Bearer ${await graph.accessToken(graph.clientId)}`;
    const response = await fetch(start.deltaLink, { headers: { authorization } });
    const location = response.headers.get('location') ?? '';
    expect(response.status).toBe(410);
    expect(new URL(location).searchParams.get('$deltatoken')).toBe('');
    expect((await round(location)).items.map(({ id }) => id)).toEqual([GROUP]);
  });

  it('lets page links die within minutes', async () => {
    control().delta.settings.groupsPerPage = 1;
    const first = await page('/groups/delta');
    graph.clock.advance(6 * MINUTE);
    const refused = await failureOf(page(linkOf(first)));
    expect(refused).toMatchObject({ statusCode: 400, code: 'Directory_ExpiredPageToken' });
  });

  it('refuses the link out of a page that was asked for twice, if the switch is on', async () => {
    Object.assign(control().delta.settings, { groupsPerPage: 1, refuseLinksOfRetriedPages: true });
    const first = await page('/groups/delta');
    const second = await page(linkOf(first));
    const again = await page(linkOf(first));
    const refused = await failureOf(page(linkOf(again)));
    expect(refused).toMatchObject({ statusCode: 400, code: 'DirectoryPageTokenNotFoundException' });
    expect((await page(linkOf(second))).value).toHaveLength(1);
    control().delta.settings.refuseLinksOfRetriedPages = false;
    expect((await page(linkOf(again))).value).toHaveLength(1);
  });

  it('loops when the switch is on', async () => {
    control().delta.settings.loopingPages = true;
    const first = await page('/groups/delta');
    expect((await page(linkOf(first))).value).toEqual(first.value);
    expect(await page(linkOf(first))).not.toHaveProperty('@odata.deltaLink');
  });

  it('tells a change only in a round that a replica answers which has seen it, and loses none', async () => {
    const start = await round(WITH_MEMBERS);
    graph.tenant.replicas.configure({ replicaSeconds: 3_600 }, graph.clock.now());
    leave(testId('b', 1));
    let { deltaLink, items } = await round(start.deltaLink);
    for (let tries = 0; tries < 12; tries += 1) {
      const later = await round(deltaLink);
      [deltaLink, items] = [later.deltaLink, [...items, ...later.items]];
    }
    // One of the replicas has no lag, the others have not seen it yet and must not turn the chain back.
    expect(items).toHaveLength(1);
    graph.clock.advance(60 * MINUTE);
    expect((await round(deltaLink)).items).toEqual([]);
    expect((await round(start.deltaLink)).items).toMatchObject([{ id: GROUP }]);
  });

  it.each(['/groups/delta?$deltatoken=made-up', '/groups/delta?$skiptoken=made-up'])('refuses %s', async (url) => {
    expect(await failureOf(page(url))).toMatchObject({ statusCode: 400 });
  });

  it('takes no link of another tenant or of the other entity set', async () => {
    const { deltaLink } = await round(WITH_MEMBERS);
    expect(await failureOf(page(deltaLink.replace('/groups/', '/users/')))).toMatchObject({ statusCode: 400 });
  });
});
