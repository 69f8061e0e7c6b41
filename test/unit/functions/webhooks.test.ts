import type { HttpResponseInit } from '@azure/functions';
import { graphLifecycle } from '../../../src/functions/graph-lifecycle.ts';
import { graphNotifications } from '../../../src/functions/graph-notifications.ts';
import { SettingsError } from '../../../src/lib/config.ts';
import { clientStateHash } from '../../../src/lib/detect/sender-check.ts';
import type { JobRequest, ReconcileRequest } from '../../../src/lib/model/request.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { type Call, fakeApp, httpCall, invocation, tenantId } from './fake-app.ts';

const groupId = 'aaaaaaaa-0000-4000-8000-000000000000';
const subscriptionId = 'bbbbbbbb-0000-4000-8000-000000000000';
const clientState = 'a-secret-that-only-graph-knows';
const webhooks = [
  ['graphNotifications', graphNotifications],
  ['graphLifecycle', graphLifecycle],
] as const;

function userId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function groupAt(index: number): string {
  return `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}
const watchedIds = [groupId, ...Array.from({ length: 1000 }, (_, index) => groupAt(index))];
const watched = { displayName: '', mapped: true, parents: [], state: 'present', stateSince: '' } as const;

/** A tenant with a `/groups` subscription of ours, and all that was put on its queues. */
function tenant() {
  const users: ReconcileRequest[] = [];
  const jobs: JobRequest[] = [];
  const none = unexpectedPorts();
  const ports = unexpectedPorts({
    subscriptions: {
      list: async () => [
        { resource: 'groups', subscriptionId, clientStateHash: clientStateHash(clientState), notificationUrl: '' },
      ],
      save: async () => undefined,
    },
    reconcileQueue: { send: async (requests) => void users.push(...requests) },
    jobQueue: { send: async (request) => void jobs.push(request) },
    watched: { ...none.watched, list: async () => watchedIds.map((id) => ({ ...watched, groupId: id })) },
    jobs: {
      ...none.jobs,
      sweeps: async () => new Map([['groups|0', { kind: 'sweep', groupIds: watchedIds }]]),
    },
  });
  return { ports, users, jobs };
}

function notification(members: readonly number[], properties: object = {}): object {
  return {
    changeType: 'updated',
    clientState,
    tenantId,
    subscriptionId,
    resource: `Groups/${groupId}`,
    resourceData: { id: groupId, 'members@delta': members.map((number) => ({ id: userId(number) })) },
    ...properties,
  };
}

function collection(...value: readonly unknown[]): string {
  return JSON.stringify({ value });
}

async function post(call: Call, webhook = graphNotifications, world = tenant()) {
  const { context, lines } = invocation();
  const answer: HttpResponseInit = await webhook(httpCall(call), context, async () => fakeApp([world.ports]));
  return { answer, lines, ...world };
}

describe.each(webhooks)('%s: the handshake', (_name, webhook) => {
  const unreadable = async () => Promise.reject(new SettingsError(['ROLECALL_TENANTS: missing']));

  it.each([
    'Validation: Testing client application reachability for subscription Request-Id: 7c0f6c0e',
    'a+b%20c',
    '<script>alert(1)</script>',
    '',
  ])('echoes the decoded token %j as plain text that no browser takes for a page', async (validationToken) => {
    const call = httpCall({ type: 'text/plain', query: { validationToken } });
    expect(await webhook(call, invocation().context, unreadable)).toEqual({
      status: 200,
      body: validationToken,
      headers: {
        'Content-Type': 'text/plain; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      },
    });
  });

  it('asks Graph to come again while the settings are faulty, and logs each fault', async () => {
    const { context, lines } = invocation();
    const answer = await webhook(httpCall({ body: collection() }), context, unreadable);
    expect(answer.status).toBe(503);
    expect(answer.body).not.toContain('ROLECALL_TENANTS');
    expect(lines.join()).toContain('ROLECALL_TENANTS: missing');
  });
});

describe.each(webhooks)('%s: bad input', (_name, webhook) => {
  it.each<[string, Call, number]>([
    ['another method', { method: 'PUT', body: collection(notification([1])) }, 405],
    ['another media type', { type: 'text/plain', body: collection(notification([1])) }, 415],
    ['a body over 4 MiB', { body: `{"value":[],"x":"${'x'.repeat(4 * 1024 * 1024)}"}` }, 413],
    ['half a document', { body: collection(notification([1])).slice(0, -2) }, 400],
    ['a document of another shape', { body: JSON.stringify([notification([1])]) }, 400],
    ['entries that are no list', { body: '{"value":"all"}' }, 400],
    ['no body', {}, 400],
  ])('answers %s with its own status and enqueues nothing', async (_case, call, status) => {
    const { answer, users, jobs } = await post(call, webhook);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'Content-Type': 'application/problem+json' });
    expect([users, jobs]).toEqual([[], []]);
  });

  it.each<[string, object, string]>([
    ['a clientState that is not ours', { clientState: 'guessed' }, '"strangers":1'],
    ['no clientState', { clientState: undefined }, '"malformed":1'],
    ['a tenant that is not served', { tenantId: subscriptionId }, '"strangers":1'],
    ['a tenant id that is none', { tenantId: 'contoso' }, '"malformed":1'],
    ['an id that is none', { subscriptionId: `x' or true` }, '"malformed":1'],
  ])('counts an entry with %s and enqueues nothing', async (_case, properties, count) => {
    const entry = { ...notification([1]), lifecycleEvent: 'missed', ...properties };
    const { answer, lines, users, jobs } = await post({ body: collection(entry) }, webhook);
    expect(answer).toEqual({ status: 202 });
    expect(lines.join()).toContain(count);
    expect([users, jobs]).toEqual([[], []]);
  });
});

describe('graphNotifications', () => {
  it('enqueues the users of good entries whatever stands beside them', async () => {
    const bad = [null, 7, 'x', {}, notification([8], { clientState: 'guessed' }), notification([9], { resource: '' })];
    const body = collection(bad[0], notification([1, 2]), ...bad.slice(1), notification([3]));
    const { answer, users } = await post({ body });
    expect(answer).toEqual({ status: 202 });
    expect(users.map((request) => request.userId).sort()).toEqual([1, 2, 3].map(userId));
  });

  it('takes a thousand entries', async () => {
    const entries = Array.from({ length: 1000 }, (_, index) =>
      notification([], {
        resource: `Groups/${groupAt(index)}`,
        resourceData: { id: groupAt(index), 'members@delta': [{ id: userId(index) }] },
      }),
    );
    const { answer, users } = await post({ body: collection(...entries) });
    expect([answer.status, new Set(users.map((request) => request.userId)).size]).toEqual([202, 1000]);
  });

  it('carries the trace of the call on', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const { users } = await post({ body: collection(notification([1])), headers: { traceparent } });
    expect(users).toMatchObject([{ traceparent }]);
  });

  it('asks Graph to send again what could not be enqueued, and keeps the reason to itself', async () => {
    const world = tenant();
    const send = async () => Promise.reject(new Error('queue of account xyz is full'));
    const ports = { ...world.ports, reconcileQueue: { send } };
    const { answer, lines } = await post({ body: collection(notification([1])) }, graphNotifications, {
      ...world,
      ports,
    });
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '30' } });
    expect(answer.body).not.toContain('xyz');
    expect(lines.join()).toContain('xyz');
  });
});

describe('graphLifecycle', () => {
  const kindsOf = (jobs: readonly JobRequest[]) => [...new Set(jobs.map(({ kind }) => kind))];
  const event = (lifecycleEvent: string) => ({ clientState, tenantId, subscriptionId, lifecycleEvent });

  it.each([
    ['reauthorizationRequired', ['renew']],
    ['subscriptionRemoved', ['renew', 'sweep']],
    ['missed', ['renew', 'sweep']],
  ])('answers %s with %j', async (lifecycleEvent, kinds) => {
    const { answer, jobs } = await post({ body: collection(event(lifecycleEvent)) }, graphLifecycle);
    expect(answer).toEqual({ status: 202 });
    expect(kindsOf(jobs)).toEqual(kinds);
  });

  it('asks once for many events', async () => {
    const body = collection(...Array.from({ length: 50 }, () => event('reauthorizationRequired')), event('missed'));
    const { jobs } = await post({ body }, graphLifecycle);
    expect(jobs.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['renew ', 'sweep users', 'sweep groups|0']);
  });
});
