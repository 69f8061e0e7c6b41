import type { Mutation } from '../../dev/simulator/world/change.ts';
import { deltaRound } from './delta-chain.ts';
import { failureOf, seedUser, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

const [ADA, GUEST] = [testId('b', 1), testId('b', 2)];
const ACCOUNT = '/users/delta?$select=id,accountEnabled,userType,externalUserState';

describe('users delta', () => {
  let graph: TestTenant;

  beforeEach(async () => {
    graph = await startTestTenant();
    seedUser(graph.tenant, { id: ADA, displayName: 'Ada', userPrincipalName: 'ada@example.net' });
    seedUser(graph.tenant, { id: GUEST, userType: 'Guest', externalUserState: 'Accepted' });
  });

  afterEach(() => graph.close());

  const round = (url: string) => deltaRound(graph.client, url);

  /** What the next round tells after the changes. */
  async function after(...changes: Mutation[]) {
    const { deltaLink } = await round(ACCOUNT);
    for (const change of changes) graph.directory.apply(change);
    return (await round(deltaLink)).items;
  }

  it('shows accountEnabled, userType and externalUserState only when they are selected', async () => {
    expect((await round(ACCOUNT)).items).toEqual([
      { id: ADA, accountEnabled: true, userType: 'Member' },
      { id: GUEST, accountEnabled: true, userType: 'Guest', externalUserState: 'Accepted' },
    ]);
    const [ada] = (await round('/users/delta')).items;
    expect(ada).toEqual({ id: ADA, displayName: 'Ada', userPrincipalName: 'ada@example.net', businessPhones: [] });
  });

  const told: [string, Mutation[], unknown[]][] = [
    [
      'a disabled account',
      [{ kind: 'userUpdated', userId: ADA, properties: { accountEnabled: false } }],
      [{ id: ADA, accountEnabled: false, userType: 'Member' }],
    ],
    ['nothing of what is not selected', [{ kind: 'userUpdated', userId: ADA, properties: { jobTitle: 'x' } }], []],
    [
      'a soft delete as changed',
      [{ kind: 'userDeleted', userId: ADA }],
      [{ id: ADA, '@removed': { reason: 'changed' } }],
    ],
    [
      'a permanent delete as deleted',
      [
        { kind: 'userDeleted', userId: ADA },
        { kind: 'userPurged', userId: ADA },
      ],
      [{ id: ADA, '@removed': { reason: 'deleted' } }],
    ],
    [
      'a restore without annotation',
      [
        { kind: 'userDeleted', userId: ADA },
        { kind: 'userRestored', userId: ADA },
      ],
      [{ id: ADA, accountEnabled: true, userType: 'Member' }],
    ],
    [
      'a new user',
      [{ kind: 'userCreated', userId: testId('b', 3), properties: {} }],
      [{ id: testId('b', 3), accountEnabled: true, userType: 'Member' }],
    ],
  ];
  it.each(told)('tells %s', async (_name, changes, expected) => {
    expect(await after(...changes)).toEqual(expected);
  });

  it('asks for User.Read.All', async () => {
    const { clientId } = graph.tenant.registerApp({ permissions: ['GroupMember.Read.All'] });
    const refused = await failureOf(graph.clientFor(clientId).api('/users/delta').get());
    expect(refused).toMatchObject({ statusCode: 403, code: 'Authorization_RequestDenied' });
  });

  it('costs 2 resource units a page', async () => {
    await round(ACCOUNT);
    expect(graph.simulator.world.control.counters.route('GET /users/delta')).toEqual({ requests: 1, resourceUnits: 2 });
  });
});
