import { once } from 'node:events';
import { connect } from 'node:net';
import { idOf, tenantIdOf, usualMembers, usualRules } from './kit/cast.ts';
import { useStage } from './kit/stage.ts';
import { writesOf } from './kit/writes.ts';

const newcomers = Array.from({ length: 20 }, (_, index) => `newcomer-${index}`);

const stage = useStage({
  tenants: ['one', 'two'],
  members: { ...usualMembers, nobodys: newcomers },
  rules: () => usualRules({}, ['staff', 'visitors']),
});

const notifications = '/api/graph/notifications';
const routes = [notifications, '/api/graph/lifecycle'] as const;

interface Call {
  readonly method?: string;
  readonly type?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly query?: string;
}

async function call(route: string, { method = 'POST', type = 'application/json', body, query = '' }: Call) {
  const response = await fetch(`${stage().stack.urls.host}${route}${query}`, {
    method,
    headers: type === '' ? {} : { 'content-type': type },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What was put on queues since the counters were reset. */
const enqueued = (): string[] =>
  writesOf(stage().stack.proxy, ({ service, verb }) => service === 'queue' && verb === 'send');

/** Posts what is accepted, and says what it put on queues itself: no worker takes a message and asks for more meanwhile. */
async function enqueuedBy(body: string): Promise<string[]> {
  const held = stage().stack.proxy.faults.pause(
    { service: 'queue', resource: 'reconcile-user', verb: 'receive' },
    'before',
  );
  await held.reached;
  try {
    expect(await call(notifications, { body })).toMatchObject({ status: 202, text: '' });
    return enqueued();
  } finally {
    held.release();
  }
}

/** What only Graph was told for a tenant's groups. */
function clientStateOf(tenant: string): string {
  const { subscriptions } = stage().scene(tenant).tenant;
  return [...subscriptions.values()].find(({ resource }) => resource.includes('groups'))?.clientState ?? '';
}

/** An entry as Graph sends it: somebody joined `staff`. */
function entryOf(tenant: string, user: string, given: Readonly<Record<string, unknown>> = {}): object {
  const groupId = idOf('staff');
  return {
    tenantId: tenantIdOf(tenant),
    subscriptionId: idOf('subscription'),
    clientState: clientStateOf(tenant),
    changeType: 'updated',
    resource: `Groups/${groupId}`,
    resourceData: { id: groupId, 'members@delta': [{ id: idOf(user) }] },
    ...given,
  };
}

const collection = (...value: unknown[]): string => JSON.stringify({ value });

beforeEach(async () => {
  await stage().settle();
  stage().stack.simulator.world.control.notifications.loss = 1;
  stage().stack.proxy.resetCounters();
});
afterEach(() => {
  stage().clear();
});

describe.each(routes)('bad input at %s: each has its own outcome, nothing is enqueued', (route) => {
  it.each<[string, Call, number]>([
    ['another method', { method: 'GET', type: '' }, 404],
    ['no media type', { type: '', body: new TextEncoder().encode('{"value":[]}') }, 415],
    ['another media type', { type: 'text/plain', body: '{"value":[]}' }, 415],
    ['too large a body', { body: `{"value":["${'x'.repeat(4 * 1024 * 1024)}"]}` }, 413],
    ['an empty body', { body: '' }, 400],
    ['no JSON', { body: '{"value":[' }, 400],
    ['no UTF-8', { body: new Uint8Array([0x22, 0xff, 0x22]) }, 400],
    ['another shape', { body: '[]' }, 400],
    ['a value that is no list', { body: '{"value":{}}' }, 400],
  ])('%s', async (_what, given, status) => {
    const answer = await call(route, given);
    expect(answer.status).toBe(status);
    // A constant sentence of ours: no stack, no path, no part of what was sent.
    expect(answer.text).not.toMatch(/at |\.ts|\.cjs|Error|zod|Unexpected|xxx/);
    expect(enqueued()).toEqual([]);
  });

  it('answers the handshake with the decoded token and nothing else', async () => {
    const token = 'Validation: Testing 1+2 = 3 & <script>alert("x")</script> ü';
    const answer = await call(route, { type: 'text/plain', query: `?validationToken=${encodeURIComponent(token)}` });
    expect([answer.status, answer.text]).toEqual([200, token]);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(enqueued()).toEqual([]);
  });

  it.each<[string, { clientState?: string | undefined; tenantId?: unknown }]>([
    ['a clientState that is not ours', { clientState: 'guessed' }],
    ['the clientState of another tenant', { clientState: 'two' }],
    ['no clientState', { clientState: undefined }],
    ['a tenant that is not served', { tenantId: idOf('no tenant') }],
    ['another tenant than that of its clientState', { tenantId: tenantIdOf('two') }],
    ['no tenant', { tenantId: 5 }],
  ])('enqueues nothing for %s', async (_what, given) => {
    const clientState = given.clientState === 'two' ? { clientState: clientStateOf('two') } : {};
    const entry = entryOf('one', 'nia', { lifecycleEvent: 'missed', ...given, ...clientState });
    expect(await call(route, { body: collection(entry) })).toMatchObject({ status: 202, text: '' });
    expect(enqueued()).toEqual([]);
  });
});

describe('one bad entry never discards the good ones', () => {
  it('takes those that are ours out of a POST with all kinds', async () => {
    const scene = stage().scene('one');
    scene.join('nia', 'staff');
    scene.join('noa', 'staff');
    const body = collection(
      null,
      'text',
      { tenantId: 'x' },
      entryOf('one', 'ada', { clientState: 'guessed' }),
      entryOf('one', 'nia'),
      entryOf('one', 'eve', { resource: '../../etc/passwd', resourceData: undefined }),
      entryOf('one', 'eve', { resourceData: { id: 'no guid' } }),
      entryOf('one', 'noa', { tenantId: tenantIdOf('one').toUpperCase() }),
    );
    expect(await enqueuedBy(body)).toEqual(['queue reconcile-user send: 2']);
    await stage().quiet();
    expect([await scene.access('nia'), await scene.access('noa')]).toEqual([
      ['role user', 'team blue'],
      ['role user', 'team blue'],
    ]);
  });

  it('takes a thousand entries, and loses nobody', async () => {
    const scene = stage().scene('two');
    for (const newcomer of newcomers) scene.join(newcomer, 'staff');
    const entries = Array.from({ length: 1000 }, (_, index) =>
      index % 50 === 7
        ? entryOf('two', newcomers[(index - 7) / 50] ?? '')
        : entryOf('two', 'ada', { clientState: `guess ${index}` }),
    );
    expect(await enqueuedBy(collection(...entries))).toEqual(['queue reconcile-user send: 20']);
    await stage().quiet();
    for (const newcomer of newcomers) expect(await scene.access(newcomer)).toEqual(['role user', 'team blue']);
  });

  it('asks Graph to send again only when nothing could be enqueued', async () => {
    stage().stack.proxy.faults.add({
      match: { service: 'queue', verb: 'send' },
      effect: { kind: 'refuse', status: 503 },
    });
    const answer = await call(notifications, { body: collection(entryOf('one', 'nia')) });
    expect(answer.status).toBe(503);
    expect(answer.text).not.toMatch(/at |\.ts|\.cjs|Error|queue\.core/);
  });

  it('survives a caller that hangs up in the middle of a body', async () => {
    const { hostname, port } = new URL(stage().stack.urls.host);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `POST ${notifications} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"value":`,
    );
    socket.destroy();
    await once(socket, 'close');
    expect(await enqueuedBy(collection(entryOf('one', 'ada')))).toEqual(['queue reconcile-user send: 1']);
  });
});
