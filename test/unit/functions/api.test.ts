import { approveHold } from '../../../src/functions/approve-hold.ts';
import { groupStatus } from '../../../src/functions/group-status.ts';
import { groups } from '../../../src/functions/groups.ts';
import { listHolds } from '../../../src/functions/list-holds.ts';
import { resync } from '../../../src/functions/resync.ts';
import { userAccess, userHistory } from '../../../src/functions/user-access.ts';
import { SettingsError } from '../../../src/lib/config.ts';
import { AccessDeniedError, UnavailableError } from '../../../src/lib/errors.ts';
import type { ReconcileRequest } from '../../../src/lib/model/request.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf } from '../../builders/record.ts';
import { activeRules, documentOf, rule } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { ada, type Call, fakeApp, httpCall, invocation, tenantId } from './fake-app.ts';

const userId = '00000000-0000-4000-8000-000000000001';
const params = { tenant: tenantId, groupId: userId, user: userId };
const rules = activeRules(documentOf([rule('r')]), []);
const none = unexpectedPorts();

const operating = [
  ['resync', resync],
  ['approveHold', approveHold],
] as const;
const reading = [
  ['listHolds', listHolds],
  ['groupStatus', groupStatus],
  ['groups', groups],
  ['userAccess', userAccess],
  ['userHistory', userHistory],
] as const;

type Trigger = typeof resync;

async function call(trigger: Trigger, options: Call, given: Partial<Ports> = {}) {
  const { context, lines } = invocation();
  const app = fakeApp([unexpectedPorts(given)]);
  const answer = await trigger(httpCall({ params, ...options }), context, async () => app);
  const body: unknown = typeof answer.body === 'string' ? JSON.parse(answer.body) : undefined;
  return { answer, status: answer.status, body, lines };
}

describe.each([...operating, ...reading])('%s: who is let in (A31)', (_name, trigger) => {
  it.each<[string, Call]>([
    ['without a token', {}],
    ['with a bad token', { headers: { authorization: 'Bearer nonsense' } }],
    ['for a tenant that is not served', { role: 'Rolecall.Operate', params: { ...params, tenant: userId } }],
    ['for something that is no tenant', { role: 'Rolecall.Operate', params: { ...params, tenant: '..' } }],
  ])('answers a call %s with the same 401', async (_case, options) => {
    const { status, answer, body } = await call(trigger, options);
    expect([status, answer.headers]).toEqual([401, expect.objectContaining({ 'WWW-Authenticate': 'Bearer' })]);
    expect(body).toMatchObject({ detail: 'An access token that is valid for this tenant is needed.' });
  });

  it('answers a call with another role with 403', async () => {
    expect((await call(trigger, { role: 'Rolecall.Configure' })).status).toBe(403);
  });

  it.each([
    ['faulty settings', new SettingsError(['ROLECALL_TENANTS: secret detail']), 503],
    ['keys out of reach', new UnavailableError('secret detail'), 503],
    ['a defect', new Error('secret detail'), 500],
  ])('answers %s without internal text', async (_case, error, status) => {
    const { context, lines } = invocation();
    const answer = await trigger(httpCall({ params, role: 'Rolecall.Read' }), context, async () =>
      Promise.reject(error),
    );
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('secret detail');
    expect(lines.join()).toContain('secret detail');
  });
});

describe.each(operating)('%s: the body', (_name, trigger) => {
  it.each<[string, Call, number]>([
    ['another media type', { type: 'text/plain', body: '{}' }, 415],
    ['half a document', { body: '{' }, 400],
    ['another shape', { body: '{"all":true}' }, 400],
    ['more than 16 KiB', { body: `"${'x'.repeat(17_000)}"` }, 413],
  ])('refuses %s', async (_case, options, status) => {
    expect((await call(trigger, { role: 'Rolecall.Operate', ...options })).status).toBe(status);
  });
});

describe('resync', () => {
  const body = JSON.stringify({ userId });
  const active = { rules: { ...none.rules, active: async () => rules } };

  it('answers 202 with what was enqueued and where its effect can be read', async () => {
    const sent: ReconcileRequest[] = [];
    const reconcileQueue: Ports['reconcileQueue'] = { send: async (requests) => void sent.push(...requests) };
    const answered = await call(resync, { role: 'Rolecall.Operate', body }, { ...active, reconcileQueue });
    expect(answered.status).toBe(202);
    expect(answered.body).toEqual({ operationId: 'id', enqueued: { users: 1, jobs: 0 } });
    expect(answered.answer.headers).toMatchObject({ Location: `/api/tenants/${tenantId}/users/${userId}/history` });
    expect(sent).toMatchObject([{ userId, reason: 'manual', causeId: 'id' }]);
  });

  it.each([
    ['a group that no rule maps', { groupId: userId }, 404],
    ['the plan of one', { groupId: userId, dryRun: true }, 404],
  ])('answers 404 for %s', async (_case, wanted, status) => {
    const watched = { ...none.watched, find: async () => undefined };
    const options: Call = { role: 'Rolecall.Operate', body: JSON.stringify(wanted) };
    expect((await call(resync, options, { ...active, watched })).status).toBe(status);
  });

  it('answers 409 while no rules are in force', async () => {
    const without = { rules: { ...none.rules, active: async () => undefined } };
    expect((await call(resync, { role: 'Rolecall.Operate', body }, without)).status).toBe(409);
  });
});

describe('approveHold', () => {
  const body = JSON.stringify({ through: 3 });

  it('answers 409 when nothing is held', async () => {
    const ledger = { ...none.ledger, find: async () => undefined };
    expect((await call(approveHold, { role: 'Rolecall.Operate', body }, { ledger })).status).toBe(409);
  });

  it('answers 409 with the end of the list when it was not read that far', async () => {
    const hold = {
      ledger: userId,
      epoch: 0,
      lastNumber: 2,
      base: 9,
      passed: {},
      lostSinceBase: 0,
      held: true,
      pending: 2,
      approvals: [],
    };
    const ledger = { ...none.ledger, find: async () => hold };
    const answered = await call(approveHold, { role: 'Rolecall.Operate', body }, { ledger });
    expect([answered.status, answered.body]).toEqual([409, expect.objectContaining({ lastNumber: 2 })]);
  });
});

describe('reading', () => {
  it('finds a user by a recorded user principal name', async () => {
    const name = 'ada@contoso.example';
    const derived: Ports['derived'] = {
      ...none.derived,
      rows: async function* (partition, rowKey) {
        yield { partition, rowKey, revision: 1, writtenDateTime: '', values: { userId: ada } };
      },
    };
    const read: string[] = [];
    const record = recordOf(memberOf([userId]), rules, { userPrincipalName: name });
    const access: Ports['access'] = {
      ...none.access,
      read: async () => ({ record, outbox: [], exceptions: [] }),
      history: async function* (id) {
        read.push(id);
        yield* [];
      },
    };
    const options: Call = { role: 'Rolecall.Read', params: { ...params, user: name.toUpperCase() } };
    expect((await call(userHistory, options, { derived, access })).body).toEqual({ entries: [], complete: true });
    expect(read).toEqual([ada]);
  });

  it.each([
    ['an id that nobody has', userId, 404],
    ['something that is neither id nor name', 'ada', 400],
  ])('answers %s with %i', async (_case, user, status) => {
    const access = { ...none.access, read: async () => ({ outbox: [], exceptions: [] }) };
    expect((await call(userAccess, { role: 'Rolecall.Read', params: { ...params, user } }, { access })).status).toBe(
      status,
    );
  });
});

describe('groups', () => {
  const role = 'Rolecall.Read' as const;

  it('lists the mapped groups and those that wait', async () => {
    const given: Partial<Ports> = {
      rules: { ...none.rules, active: async () => rules },
      watched: { ...none.watched, list: async () => [] },
      waiting: { ...none.waiting, list: async () => [] },
    };
    expect(await call(groups, { role }, given)).toMatchObject({ status: 200, body: { groups: [], waiting: [] } });
    const noRules = { rules: { ...none.rules, active: async () => undefined } };
    expect((await call(groups, { role }, noRules)).status).toBe(409);
  });

  it.each([
    ['a name', 'Assist', { findGroupsByName: async () => [], suggestGroups: async () => [] }],
    ['an object id', userId, { readGroups: async () => new Map() }],
  ])('says what %s stands for', async (_case, name, given) => {
    const directory = { ...none.directory, ...given };
    expect(await call(groups, { role, query: { name } }, { directory })).toMatchObject({
      status: 200,
      body: { tenantId, candidates: [], suggestions: [] },
    });
  });

  it.each([
    ['nothing', ''],
    ['more than a name can be', 'x'.repeat(257)],
  ])('refuses %s as a name', async (_case, name) => {
    expect((await call(groups, { role, query: { name } })).status).toBe(400);
  });

  it('tells that groups can not be read from that there are none (A23)', async () => {
    const findGroupsByName = async () => Promise.reject(new AccessDeniedError('secret detail'));
    const answered = await call(
      groups,
      { role, query: { name: 'x' } },
      { directory: { ...none.directory, findGroupsByName } },
    );
    expect(answered.status).toBe(503);
    expect(answered.answer.body).toContain('permission');
    expect(answered.answer.body).not.toContain('secret detail');
  });
});
