import { z } from 'zod';
import type { FaultSpec } from '../../dev/simulator/world/fault.ts';
import { seedGroup, seedUser, testId } from '../simulator/test-tenant.ts';
import { directoryUnderTest, itemsOf, type DirectoryUnderTest } from './directory-under-test.ts';

const ada = testId('a', 1);
const team = testId('b', 1);

let under: DirectoryUnderTest;

beforeAll(async () => {
  under = await start();
});

afterEach(() => {
  under.test.simulator.reset();
  under.test.clock.advance(600_000);
  under.forget();
});

afterAll(async () => {
  await under.close();
});

async function start(given: { timeoutMilliseconds?: number } = {}): Promise<DirectoryUnderTest> {
  const started = await directoryUnderTest(given);
  seedUser(started.test.tenant, { id: ada });
  seedGroup(started.test.tenant, { id: team, displayName: 'team' }, [ada]);
  return started;
}

/** Every read of the port, with the paths it depends on: a fault on any of them must show. */
const calls: readonly { name: string; paths: readonly string[]; run: (of: DirectoryUnderTest) => Promise<unknown> }[] =
  [
    {
      name: 'readUser',
      paths: ['^/v1.0/\\$batch$', `/users/${ada}$`, '/getMemberGroups$', '/memberOf$'],
      run: ({ directory }) => directory.readUser(ada, { direct: true, priority: 'normal' }),
    },
    {
      name: 'readUser of an id nobody knows',
      paths: ['/directory/deletedItems/', '/groups/'],
      run: ({ directory }) => directory.readUser(testId('e', 1), { direct: false, priority: 'normal' }),
    },
    {
      name: 'readGroups',
      paths: ['^/v1.0/\\$batch$', `/groups/${team}$`],
      run: ({ directory }) => directory.readGroups([team], 'normal'),
    },
    {
      name: 'isGroupDeleted',
      paths: ['/directory/deletedItems/'],
      run: ({ directory }) => directory.isGroupDeleted(team),
    },
    {
      name: 'listMembers',
      paths: [`/groups/${team}$`, '/transitiveMembers$'],
      run: ({ directory }) => itemsOf(directory.listMembers(team, { transitive: true, priority: 'normal' })),
    },
    { name: 'listUsers', paths: ['/users$'], run: ({ directory }) => itemsOf(directory.listUsers('normal')) },
    {
      name: 'groupsDelta',
      paths: ['/groups/delta$'],
      run: ({ directory }) => directory.groupsDelta({ groupIds: [team] }),
    },
    { name: 'usersDelta', paths: ['/users/delta$'], run: ({ directory }) => directory.usersDelta({ now: true }) },
    { name: 'listGroups', paths: ['/groups$'], run: ({ directory }) => itemsOf(directory.listGroups('normal')) },
    { name: 'findGroupsByName', paths: ['/groups$'], run: ({ directory }) => directory.findGroupsByName('team') },
    { name: 'listSubscriptions', paths: ['/subscriptions$'], run: ({ directory }) => directory.listSubscriptions() },
  ];

/** Faults and the error each must become, whatever is called. */
const faults: readonly { name: string; fault: FaultSpec; error: string; kind: string; retryAfterSeconds?: number }[] = [
  { name: '429', fault: { status: 429, retryAfterSeconds: 17 }, ...unavailable(17) },
  { name: '429 without a time', fault: { status: 429 }, ...unavailable() },
  { name: '500', fault: { status: 500 }, ...unavailable() },
  { name: '502', fault: { status: 502 }, ...unavailable() },
  { name: '503', fault: { status: 503, retryAfterSeconds: 30 }, ...unavailable(30) },
  { name: '504', fault: { status: 504 }, ...unavailable() },
  { name: '401', fault: { status: 401 }, error: 'AccessDeniedError', kind: 'againAfter' },
  { name: '403', fault: { status: 403 }, error: 'AccessDeniedError', kind: 'againAfter' },
  { name: '400', fault: { status: 400, code: 'Request_BadRequest' }, error: 'RolecallError', kind: 'again' },
  { name: '501', fault: { status: 501, code: 'NotImplemented' }, error: 'RolecallError', kind: 'again' },
  { name: 'a cut connection', fault: { drop: 'before' }, ...unavailable() },
  { name: 'a lost answer', fault: { drop: 'after' }, ...unavailable() },
];

function unavailable(retryAfterSeconds?: number) {
  const time = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return { error: 'UnavailableError', kind: 'againAfter', ...time };
}

const cases = calls.flatMap((call) =>
  call.paths.flatMap((path) => faults.map((fault) => ({ ...call, ...fault, call: call.name, path }))),
);

describe('a fault is an error, never an empty answer', () => {
  it.each(cases)('$call: $name at $path', async ({ run, path, fault, error, kind, retryAfterSeconds }) => {
    const { faults: scripted } = under.test.simulator.world.control;
    scripted.add({ ...fault, path });
    const time = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    await expect(run(under)).rejects.toMatchObject({ name: error, kind, ...time });
    // The same call answers when the fault is over and Graph has had its quiet.
    scripted.clear();
    under.test.clock.advance(120_000);
    await run(under);
  });

  it.each(['\\$batch$', '/getMemberGroups$', '/users$'])('silence at %s', async (path) => {
    const impatient = await start({ timeoutMilliseconds: 1_000 });
    impatient.test.simulator.world.control.faults.add({ path, delayMs: 1_500 });
    const reading = async () => {
      await impatient.directory.readUser(ada, { direct: false, priority: 'normal' });
      await itemsOf(impatient.directory.listUsers('normal'));
    };
    await expect(reading()).rejects.toMatchObject({ name: 'UnavailableError', kind: 'againAfter' });
    await impatient.close();
  });
});

describe('a fault that passes quickly', () => {
  it('is waited for: Retry-After up to 5 seconds, at most twice', async () => {
    under.test.simulator.world.control.faults.add({ path: '\\$batch$', status: 429, retryAfterSeconds: 3, count: 2 });
    expect((await under.directory.readUser(ada, { direct: false, priority: 'normal' })).kind).toBe('found');
    expect(under.waits).toEqual([3_000, 3_000]);
  });

  it('is given back to the queue at the third refusal', async () => {
    under.test.simulator.world.control.faults.add({ path: '/users$', status: 503, retryAfterSeconds: 2, count: 3 });
    await expect(itemsOf(under.directory.listUsers('normal'))).rejects.toMatchObject({ retryAfterSeconds: 2 });
  });

  it('is never waited for when something is written', async () => {
    under.test.simulator.world.control.faults.add({
      path: '/subscriptions',
      status: 503,
      retryAfterSeconds: 1,
      count: 1,
    });
    await expect(under.directory.deleteSubscription(testId('e', 1))).rejects.toMatchObject({ kind: 'againAfter' });
    expect(under.waits).toEqual([]);
  });
});

describe('throttling', () => {
  const refuse = (path: string, retryAfterSeconds: number) =>
    under.test.simulator.world.control.faults.add({ path, status: 429, retryAfterSeconds, count: 1 });
  const readUser = (priority: 'normal' | 'low') => under.directory.readUser(ada, { direct: false, priority });

  it('stops every call of the tenant until it is over', async () => {
    refuse('/users$', 60);
    await expect(itemsOf(under.directory.listUsers('normal'))).rejects.toMatchObject({ retryAfterSeconds: 60 });
    under.spent();
    under.test.clock.advance(20_000);
    await expect(readUser('normal')).rejects.toMatchObject({ retryAfterSeconds: 40 });
    expect(under.spent().requests).toBe(0);
    under.test.clock.advance(40_000);
    expect((await readUser('normal')).kind).toBe('found');
  });

  it('takes the longest wait that a part of a batch asks for', async () => {
    refuse('/getMemberGroups$', 20);
    refuse(`/users/${ada}$`, 45);
    await expect(readUser('normal')).rejects.toMatchObject({ retryAfterSeconds: 45 });
    under.test.clock.advance(30_000);
    await expect(readUser('normal')).rejects.toMatchObject({ retryAfterSeconds: 15 });
  });

  it('of bulk does not stop fresh work (promise 6)', async () => {
    refuse('/users$', 60);
    await expect(itemsOf(under.directory.listUsers('low'))).rejects.toMatchObject({ retryAfterSeconds: 60 });
    await expect(readUser('low')).rejects.toMatchObject({ kind: 'againAfter' });
    expect((await readUser('normal')).kind).toBe('found');
  });

  it('slows bulk down, and bulk only, above 80 % of the limit', async () => {
    const { settings } = under.test.simulator.world.control;
    settings.unitsPerTenSeconds = 10;
    for (let count = 0; count < 3; count += 1) await readUser('normal');
    expect(under.waits).toEqual([]);
    under.test.simulator.graph.throttle.reset();
    await readUser('low');
    expect(under.waits).toHaveLength(1);
    expect(under.waits[0]).toBeGreaterThan(0);
    expect(under.waits[0]).toBeLessThanOrEqual(5_000);
  });

  it('sends bulk with low priority', async () => {
    await readUser('low');
    await itemsOf(under.directory.listUsers('low'));
    await readUser('normal');
    expect(under.sent.map((headers) => headers.get('x-ms-throttle-priority'))).toEqual(['low', 'low', null]);
  });
});

describe('the log', () => {
  it('names each call by an id of our own, a new one each time', async () => {
    await under.directory.isGroupDeleted(team);
    await under.directory.isGroupDeleted(team);
    const ids = under.sent.map((headers) => headers.get('client-request-id'));
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => under.lines.some((line) => line.includes(id ?? '-')))).toBe(true);
  });

  it('has the request id and the code of every failure, and no query', async () => {
    under.test.simulator.world.control.faults.add({ path: '/users/delta$', status: 403 });
    await expect(under.directory.usersDelta({ now: true })).rejects.toThrow('User.Read.All');
    const refused = under.lines.filter((line) => line.includes('Graph refused a call'));
    expect(refused).toHaveLength(1);
    const line: unknown = JSON.parse(refused[0] ?? '');
    expect(line).toMatchObject({ method: 'GET', path: '/users/delta', status: 403 });
    const ids = z.object({ requestId: z.guid(), clientRequestId: z.guid() }).parse(line);
    expect(ids.clientRequestId).toBe(under.sent[0]?.get('client-request-id'));
  });

  it('has the failures inside a batch', async () => {
    under.test.simulator.world.control.faults.add({ path: '/getMemberGroups$', status: 503 });
    await expect(under.directory.readUser(ada, { direct: false, priority: 'normal' })).rejects.toThrow('503');
    expect(under.lines.join('\n')).toContain(`/users/${ada}/getMemberGroups`);
  });
});
