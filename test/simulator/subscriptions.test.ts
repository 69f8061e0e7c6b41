import { z } from 'zod';
import { passHandshake, startReceiver, type NotificationReceiver } from './notification-receiver.ts';
import { failureOf, startTestTenant, testId, type TestTenant } from './test-tenant.ts';

const MINUTE = 60_000;

const subscriptionSchema = z.object({
  id: z.string(),
  resource: z.string(),
  changeType: z.string(),
  applicationId: z.string(),
  creatorId: z.string(),
  clientState: z.string().nullable(),
  notificationUrl: z.string(),
  lifecycleNotificationUrl: z.string().nullable(),
  expirationDateTime: z.iso.datetime(),
});

describe('subscriptions', () => {
  let graph: TestTenant;
  let receiver: NotificationReceiver;

  beforeEach(async () => {
    [graph, receiver] = await Promise.all([startTestTenant(), startReceiver()]);
  });

  afterEach(async () => {
    await Promise.all([graph.close(), receiver.close()]);
  });

  const settings = () => graph.simulator.world.control.notifications;
  const inMinutes = (minutes: number): string => new Date(graph.clock.now() + minutes * MINUTE).toISOString();
  const minutesAhead = (dateTime: string): number => Math.round((Date.parse(dateTime) - graph.clock.now()) / MINUTE);

  function body(given: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      changeType: 'updated,deleted',
      resource: 'groups',
      notificationUrl: `${receiver.url}/notify`,
      expirationDateTime: inMinutes(1_000),
      clientState: 'a-secret',
      ...given,
    };
  }

  async function create(given: Record<string, unknown> = {}, client = graph.client) {
    return subscriptionSchema.parse(await client.api('/subscriptions').post(body(given)));
  }

  const path = (id: string): string => `/subscriptions/${id}`;

  it('answers a creation with the subscription as Graph shows it', async () => {
    const created = await create({ lifecycleNotificationUrl: `${receiver.url}/lifecycle` });
    expect(created).toMatchObject({
      resource: 'groups',
      changeType: 'updated,deleted',
      applicationId: graph.clientId,
      creatorId: graph.tenant.app(graph.clientId).servicePrincipalId,
      clientState: 'a-secret',
      lifecycleNotificationUrl: `${receiver.url}/lifecycle`,
    });
  });

  describe('handshake', () => {
    it('asks both URLs within the call, and keeps their own query', async () => {
      await create({
        notificationUrl: `${receiver.url}/notify?code=1`,
        lifecycleNotificationUrl: `${receiver.url}/lifecycle`,
      });
      expect(receiver.handshakes.map(({ target }) => target)).toEqual([
        expect.stringMatching(/^\/notify\?code=1&validationToken=Validation%3A\+Testing\+client\+/),
        expect.stringMatching(/^\/lifecycle\?validationToken=Validation%3A\+Testing\+/),
      ]);
      expect(receiver.handshakes[0]?.contentType).toBe('text/plain; charset=utf-8');
    });

    const faulty: [string, NotificationReceiver['onHandshake']][] = [
      ['another status', (token, response) => response.writeHead(202, { 'content-type': 'text/plain' }).end(token)],
      [
        'another content type',
        (token, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(token),
      ],
      ['no content type', (token, response) => response.writeHead(200).end(token)],
      [
        'the token still encoded',
        (token, response) => {
          passHandshake(encodeURIComponent(token), response);
        },
      ],
      [
        'plus signs for its spaces',
        (token, response) => {
          passHandshake(token.replaceAll(' ', '+'), response);
        },
      ],
      [
        'the token in quotes',
        (token, response) => {
          passHandshake(JSON.stringify(token), response);
        },
      ],
      ['a broken connection', (_token, response) => response.destroy()],
    ];
    it.each(faulty)('refuses an endpoint that answers with %s', async (_name, onHandshake) => {
      receiver.onHandshake = onHandshake;
      expect(await failureOf(create())).toMatchObject({ statusCode: 400, code: 'ValidationError' });
      expect(graph.tenant.subscriptions.size).toBe(0);
    });

    it('refuses when only the lifecycle URL fails', async () => {
      receiver.onHandshake = (token, response, target) => {
        passHandshake(target.startsWith('/lifecycle') ? 'no' : token, response);
      };
      const call = create({ lifecycleNotificationUrl: `${receiver.url}/lifecycle` });
      expect(await failureOf(call)).toMatchObject({ statusCode: 400, code: 'ValidationError' });
    });

    it('waits 10 s for the answer, or as long as the switch says', async () => {
      expect(settings().handshakeTimeoutMs).toBe(10_000);
      settings().handshakeTimeoutMs = 50;
      receiver.onHandshake = () => undefined;
      expect(await failureOf(create())).toMatchObject({ statusCode: 400, code: 'ValidationError' });
    });
  });

  describe('lifetime', () => {
    it('raises a short one to 45 minutes', async () => {
      expect(minutesAhead((await create({ expirationDateTime: inMinutes(5) })).expirationDateTime)).toBe(45);
    });

    it('refuses more than 41,760 minutes and the past', async () => {
      const longest = await create({ expirationDateTime: inMinutes(41_760) });
      expect(minutesAhead(longest.expirationDateTime)).toBe(41_760);
      for (const minutes of [41_762, -1]) {
        const call = create({ resource: 'users', expirationDateTime: inMinutes(minutes) });
        expect(await failureOf(call)).toMatchObject({ statusCode: 400, code: 'InvalidRequest' });
      }
    });

    it('ends: the subscription is gone, and a new one may take its place', async () => {
      const { id } = await create({ expirationDateTime: inMinutes(60) });
      graph.clock.advance(60 * MINUTE);
      const missing = { statusCode: 404, code: 'ResourceNotFound' };
      expect(await failureOf(graph.client.api(path(id)).get())).toMatchObject(missing);
      const renewal = graph.client.api(path(id)).patch({ expirationDateTime: inMinutes(60) });
      expect(await failureOf(renewal)).toMatchObject(missing);
      expect((await create()).id).not.toBe(id);
    });
  });

  const refusedBodies: [string, Record<string, unknown>][] = [
    ['an unknown resource', { resource: 'me/messages' }],
    ['query options on the resource', { resource: `groups/${testId('a', 1)}?$select=id` }],
    ['the change type created', { changeType: 'created' }],
    ['a clientState over 128 characters', { clientState: 'x'.repeat(129) }],
    ['resource data', { includeResourceData: true }],
    ['plain http to another machine', { notificationUrl: 'http://roles.example.net/notify' }],
    ['no expiration', { expirationDateTime: undefined }],
  ];
  it.each(refusedBodies)('refuses %s', async (_name, given) => {
    expect(await failureOf(create(given))).toMatchObject({ statusCode: 400, code: 'InvalidRequest' });
    expect(receiver.handshakes).toEqual([]);
  });

  it('takes plain http on this machine only while the switch allows it', async () => {
    settings().allowHttpOnLoopback = false;
    expect(await failureOf(create())).toMatchObject({ statusCode: 400, code: 'InvalidRequest' });
  });

  it.each(['groups', '/groups', `groups/${testId('a', 1)}`, `/groups/${testId('a', 1)}/members`, 'users'])(
    'accepts the resource %s',
    async (resource) => {
      expect((await create({ resource })).resource).toBe(resource);
    },
  );

  it('answers 409 for the same combination, in whatever spelling', async () => {
    const { id } = await create();
    const twin = await failureOf(create({ resource: '/Groups', changeType: 'deleted,updated' }));
    expect(twin.statusCode).toBe(409);
    expect(twin.message).toContain(`Subscription Id ${id} already exists for the requested combination`);
    expect((await create({ changeType: 'updated' })).id).not.toBe(id);
  });

  it.each([
    ['groups', ['User.Read.All', 'Group.ReadWrite.All']],
    ['users', ['Group.Read.All', 'User.ReadWrite.All']],
  ])('answers 403 for %s without the read permission itself', async (resource, permissions) => {
    const { clientId } = graph.tenant.registerApp({ permissions });
    const call = create({ resource }, graph.clientFor(clientId));
    expect(await failureOf(call)).toMatchObject({ statusCode: 403, code: 'ExtensionError' });
  });

  const quotas = ['subscriptionsPerAppAndTenant', 'subscriptionsPerTenant', 'subscriptionsPerApp'] as const;
  it.each(quotas)('answers 403 beyond the quota %s', async (quota) => {
    settings()[quota] = 1;
    await create();
    const refused = await failureOf(create({ resource: 'users' }));
    expect(refused).toMatchObject({ statusCode: 403, code: 'ExtensionError' });
    expect(refused.message).toContain(`App '${graph.clientId}' has reached its limit of '1' 'USERS' subscription`);
  });

  it('renews by PATCH, with the floor of 45 minutes', async () => {
    const { id } = await create();
    const renewed: unknown = await graph.client.api(path(id)).patch({ expirationDateTime: inMinutes(2_000) });
    expect(minutesAhead(subscriptionSchema.parse(renewed).expirationDateTime)).toBe(2_000);
    const shortened: unknown = await graph.client.api(path(id)).patch({ expirationDateTime: inMinutes(1) });
    expect(minutesAhead(subscriptionSchema.parse(shortened).expirationDateTime)).toBe(45);
  });

  it('shakes hands again when PATCH names another URL, unless the switch is off', async () => {
    const { id } = await create();
    receiver.onHandshake = (_token, response) => {
      passHandshake('no', response);
    };
    const move = (to: string): Promise<unknown> =>
      graph.client.api(path(id)).patch({ notificationUrl: `${receiver.url}/${to}` });
    expect(await failureOf(move('elsewhere'))).toMatchObject({ statusCode: 400, code: 'ValidationError' });
    settings().handshakeOnPatch = false;
    expect(await move('elsewhere')).toMatchObject({ notificationUrl: `${receiver.url}/elsewhere` });
  });

  it.each([{ lifecycleNotificationUrl: 'https://roles.example.net/lifecycle' }, { clientState: 'x' }, {}])(
    'refuses a PATCH of %j',
    async (change) => {
      const { id } = await create();
      expect(await failureOf(graph.client.api(path(id)).patch(change))).toMatchObject({ statusCode: 400 });
    },
  );

  it('reauthorizes and deletes without a body, then knows the subscription no more', async () => {
    const { id } = await create();
    expect(await graph.client.api(`${path(id)}/reauthorize`).post(undefined)).toBeUndefined();
    expect(await graph.client.api(path(id)).delete()).toBeUndefined();
    expect(await failureOf(graph.client.api(path(id)).delete())).toMatchObject({ statusCode: 404 });
  });

  it('lists own subscriptions only, in pages, clientState hidden unless the switch shows it', async () => {
    settings().subscriptionPageSize = 1;
    const [groups, users] = [await create(), await create({ resource: 'users' })];
    const stranger = graph.tenant.registerApp({ permissions: ['Group.Read.All'] });
    await create({}, graph.clientFor(stranger.clientId));
    const pageSchema = z.object({ '@odata.nextLink': z.string().optional(), value: z.array(subscriptionSchema) });
    const first = pageSchema.parse(await graph.client.api('/subscriptions').get());
    const second = pageSchema.parse(await graph.client.api(first['@odata.nextLink'] ?? '').get());
    const value = [...first.value, ...second.value];
    expect(value.map(({ id, clientState }) => [id, clientState])).toEqual([
      [groups.id, null],
      [users.id, null],
    ]);
    expect(second['@odata.nextLink']).toBeUndefined();
    settings().returnClientState = true;
    expect(await graph.client.api(path(groups.id)).get()).toMatchObject({ clientState: 'a-secret' });
    const foreign = graph.clientFor(stranger.clientId).api(path(groups.id)).get();
    expect(await failureOf(foreign)).toMatchObject({ statusCode: 404, code: 'ResourceNotFound' });
  });
});
