import { deleteException, putException } from '../../../src/functions/change-exception.ts';
import { userAccess } from '../../../src/functions/user-access.ts';
import { userExceptions } from '../../../src/functions/user-exceptions.ts';
import type { AccessException } from '../../../src/lib/model/exception.ts';
import type { StoredAccess } from '../../../src/lib/model/stored-access.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { exception } from '../../builders/exception.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf } from '../../builders/record.ts';
import { alpha, rule, rulesOf } from '../../builders/rules.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { ada, type Call, fakeApp, httpCall, invocation, tenantId } from './fake-app.ts';

const none = unexpectedPorts();
const rules = rulesOf([rule('staff', alpha, ['user'])]);
const record = recordOf(memberOf([alpha]), rules);
const params = { tenant: tenantId, user: ada, exceptionId: 'e1' };
const body = {
  effect: 'grant',
  entitlement: { kind: 'role', id: 'admin' },
  scopes: ['b', 'a', 'b'],
  reason: 'Stands in.',
  approver: 'eve',
  endDateTime: '2026-02-01T02:00:00+01:00',
};
const over = exception('over', 'grant', 'admin', {
  startDateTime: '2025-01-01T00:00:00.000Z',
  endDateTime: '2026-01-01T00:00:00.000Z',
});
const closed = exception('closed', 'deny', 'user', { closedDateTime: '2026-01-01T00:00:00.000Z' });
const open = exception('e1', 'deny', 'user', { startDateTime: '2026-01-01T00:00:00.000Z' });
const scheduled = exception('later', 'deny', 'user', { startDateTime: '2027-01-01T00:00:00.000Z' });

/** What a store has of the user, and what is written. */
function desk(exceptions: readonly AccessException[]) {
  const written: (AccessException | undefined)[] = [];
  const stored: StoredAccess = { record, etag: 'e', outbox: [], exceptions };
  const ports: Partial<Ports> = {
    rules: { ...none.rules, active: async () => rules },
    work: { ...none.work, schedule: async () => undefined },
    reconcileQueue: { send: async () => undefined },
    access: {
      ...none.access,
      read: async () => stored,
      apply: async (_stored, _plan, _feed, _cause, one) => {
        written.push(one);
        return { record, outbox: { revision: 2, derived: [] } };
      },
    },
  };
  return { ports, written };
}

async function call(trigger: typeof putException, options: Call, ports: Partial<Ports> = {}) {
  const { context } = invocation();
  const answer = await trigger(httpCall({ params, ...options }), context, async () =>
    fakeApp([unexpectedPorts(ports)]),
  );
  const told: unknown = typeof answer.body === 'string' ? JSON.parse(answer.body) : undefined;
  return { status: answer.status, body: told };
}

const configure = { role: 'Rolecall.Configure' as const };

describe('exceptions: who is let in (A31)', () => {
  it.each([
    ['put', putException, 'Rolecall.Operate' as const],
    ['closed', deleteException, 'Rolecall.Operate' as const],
    ['read', userExceptions, 'Rolecall.Configure' as const],
  ])('are not %s with another role', async (_case, trigger, role) => {
    expect((await call(trigger, { role })).status).toBe(403);
    expect((await call(trigger, {})).status).toBe(401);
  });
});

describe('putting an exception', () => {
  it('answers 201 with the exception as it is stored: times in UTC, scopes in order', async () => {
    const { ports, written } = desk([]);
    const answered = await call(putException, { ...configure, body: JSON.stringify(body) }, ports);
    expect(answered).toEqual({ status: 201, body: written[0] });
    expect(written).toMatchObject([
      {
        id: 'e1',
        effect: 'grant',
        scopes: ['a', 'b'],
        startDateTime: '2026-02-01T00:00:00.000Z',
        endDateTime: '2026-02-01T01:00:00.000Z',
        changedBy: `ada (${ada})`,
      },
    ]);
  });

  it.each<[string, object, string]>([
    ['no reason', { reason: ' ' }, 'reason'],
    ['no approver', { approver: undefined }, 'approver'],
    ['another kind', { entitlement: { kind: 'group', id: 'a' } }, 'entitlement.kind'],
    ['an id that is none', { entitlement: { kind: 'role', id: 'a b' } }, 'entitlement.id'],
    ['a time without a zone', { endDateTime: '2026-02-01T02:00:00' }, 'endDateTime'],
    ['too many scopes', { scopes: Array.from({ length: 21 }, (_, index) => `s${index}`) }, 'scopes'],
    ['a field of its own', { forEver: true }, ''],
  ])('answers 400 with every fault and its path: %s', async (_case, special, path) => {
    const answered = await call(putException, { ...configure, body: JSON.stringify({ ...body, ...special }) });
    expect(answered).toMatchObject({ status: 400, body: { faults: [{ path }] } });
  });

  it('tells every fault at once, each with what would be right', async () => {
    const faulty = { ...body, effect: 'scopes', scopes: undefined, reason: ' ', endDateTime: 'soon' };
    const answered = await call(putException, { ...configure, body: JSON.stringify(faulty) });
    const fault = (path: string): unknown => expect.objectContaining({ path });
    expect(answered.status).toBe(400);
    expect(answered.body).toHaveProperty('faults', [fault('reason'), fault('endDateTime'), fault('scopes')]);
  });

  it('takes forgotten scopes for everywhere, but not where they would replace those of rules', async () => {
    const put = async (special: object): Promise<unknown> => {
      const { ports, written } = desk([]);
      const sent = { ...configure, body: JSON.stringify({ ...body, ...special }) };
      const { status, body: told } = await call(putException, sent, ports);
      return status === 201 ? written.map((one) => one?.scopes) : told;
    };
    expect(await put({ effect: 'grant', scopes: undefined })).toEqual([[]]);
    expect(await put({ effect: 'deny', scopes: undefined })).toEqual([[]]);
    expect(await put({ effect: 'scopes', scopes: [] })).toEqual([[]]);
    expect(await put({ effect: 'scopes', scopes: undefined })).toMatchObject({
      faults: [
        { path: 'scopes', message: 'missing: name the scopes that replace those of rules; [] means everywhere' },
      ],
    });
    expect(await put({ effect: 'replace' })).toMatchObject({
      faults: [{ path: 'effect', message: 'give an object whose effect is grant, deny or scopes' }],
    });
  });

  it.each<[string, Record<string, string>]>([
    ['user', { ...params, user: 'ada' }],
    ['id', { ...params, exceptionId: 'a|b' }],
  ])('answers 400 for another %s', async (_case, other) => {
    expect((await call(putException, { ...configure, params: other, body: JSON.stringify(body) })).status).toBe(400);
  });

  it.each<[string, object, readonly AccessException[], number]>([
    ['what the rules do not define', { entitlement: { kind: 'team', id: 'x' } }, [], 409],
    ['an end before the start', { endDateTime: '2026-01-01T00:00:00Z' }, [], 400],
    ['one that is closed', {}, [{ ...closed, id: 'e1' }], 409],
  ])('refuses %s', async (_case, special, exceptions, status) => {
    const { ports, written } = desk(exceptions);
    const wanted = { ...configure, body: JSON.stringify({ ...body, ...special }) };
    expect((await call(putException, wanted, ports)).status).toBe(status);
    expect(written).toEqual([]);
  });
});

describe('closing an exception', () => {
  it('answers 200 with who closed it', async () => {
    const { ports, written } = desk([open]);
    expect(await call(deleteException, configure, ports)).toEqual({ status: 200, body: written[0] });
    expect(written).toMatchObject([
      { id: 'e1', effect: 'deny', closedBy: `ada (${ada})`, closedDateTime: '2026-02-01T00:00:00.000Z' },
    ]);
  });

  it('answers 404 for one that is not there', async () => {
    expect((await call(deleteException, configure, desk([]).ports)).status).toBe(404);
  });
});

describe('reading exceptions', () => {
  const { ports } = desk([closed, open, over, scheduled]);
  const role = 'Rolecall.Read' as const;
  const { exceptionId, ...withoutId } = params;

  it('shows all of a user, with how each stands', async () => {
    const { body: told } = await call(userExceptions, { role, params: withoutId }, ports);
    expect(told).toMatchObject({
      exceptions: [
        { id: 'closed', status: 'closed' },
        { id: 'e1', status: 'inEffect' },
        { id: 'over', status: 'ended' },
        { id: 'later', status: 'scheduled' },
      ],
    });
  });

  it('shows one, or says that there is none', async () => {
    expect(await call(userExceptions, { role }, ports)).toEqual({ status: 200, body: { ...open, status: 'inEffect' } });
    expect((await call(userExceptions, { role, params: { ...params, exceptionId: 'no' } }, ports)).status).toBe(404);
  });

  it('shows those in effect and those to come beside the record', async () => {
    expect(await call(userAccess, { role }, ports)).toMatchObject({
      body: { revision: 1, exceptions: [{ id: 'e1' }, { id: 'later' }] },
    });
  });

  it('answers 404 for somebody who is not recorded', async () => {
    const access = { ...none.access, read: async () => ({ outbox: [], exceptions: [] }) };
    expect((await call(userExceptions, { role }, { access })).status).toBe(404);
  });
});
