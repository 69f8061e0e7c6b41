import type { ExceptionBody } from '../../src/lib/model/operator-request.ts';
import { maxOpenExceptions, putException } from '../../src/lib/operate/change-exception.ts';
import { changes } from '../../src/lib/plan/changes.ts';
import { verifyChain } from '../../src/lib/record/audit-chain.ts';
import { decided } from '../builders/decided.ts';
import { memberOf } from '../builders/facts.ts';
import { collect, startTables, type TestTables } from './azurite-tables.ts';
import { alpha, beta, rule, type RulesSpecial, rulesOf } from '../builders/rules.ts';
import { type Desk, dueMinutes, grant, openDesk, recordMember, rules } from './exception-desk.ts';

let test: TestTables;
beforeAll(async () => {
  test = await startTables();
});
afterAll(() => test.stop());

const minute = 60_000;
type Given = Parameters<typeof openDesk> extends [unknown, ...infer Rest] ? Rest : never;
const open = (...given: Given): Desk => openDesk(test.tables, ...given);

async function member(): Promise<Desk> {
  const desk = open();
  await recordMember(desk);
  return desk;
}

describe('putting an exception', () => {
  it('is one transaction: its row, the record with what it leads to, an audit entry, an outbox row', async () => {
    const desk = await member();
    test.takeRequests();
    const outcome = await desk.put('e1');

    expect(test.takeRequests().filter((request) => !request.startsWith('GET'))).toEqual(['PUT work', 'POST $batch']);
    const stored = await desk.access.read(desk.userId);
    expect(outcome).toMatchObject({ kind: 'created', exception: stored.exceptions[0] });
    expect(await desk.held()).toEqual(['admin', 'user entity:one']);
    expect(stored.outbox.map(({ revision }) => revision)).toEqual([1, 2]);
    const history = await collect(desk.access.history(desk.userId));
    expect(history[0]).toMatchObject({ revision: 2, initiatedBy: 'ada@contoso.com', reason: 'exception' });
    const told = history[0]?.modifiedProperties.find(({ displayName }) => displayName === 'exceptions.e1');
    expect(told?.oldValue).toBeNull();
    expect(JSON.parse(told?.newValue ?? '')).toEqual(stored.exceptions[0]);
    expect(stored.record && verifyChain(history, stored.record)).toBeUndefined();
    expect(desk.delays).toEqual([0]);
  });

  it.each([
    ['deny', { effect: 'deny' as const, entitlement: { kind: 'role' as const, id: 'user' } }, []],
    [
      'another scope (D14)',
      { effect: 'scopes' as const, entitlement: { kind: 'role' as const, id: 'user' }, scopes: ['entity:two'] },
      ['user entity:two'],
    ],
    ['a scheduled grant', { startDateTime: '2026-11-02T08:10:00.000Z' }, ['user entity:one']],
  ])('takes effect at once, and closing it too: %s', async (_case, body, held) => {
    const desk = await member();
    await desk.put('e1', body);
    expect(await desk.held()).toEqual(held);
    const closed = await desk.close('e1');
    expect(closed).toMatchObject({ kind: 'changed', exception: { closedBy: 'ada@contoso.com' } });
    expect(await desk.held()).toEqual(['user entity:one']);
    expect((await desk.access.read(desk.userId)).exceptions).toHaveLength(1);
    expect(await desk.put('e1')).toEqual({ kind: 'refused', because: 'closed' });
  });

  it('changes one that is there, and says what it was before', async () => {
    const desk = await member();
    await desk.put('e1');
    desk.clock.advance(minute);
    expect(await desk.put('e1', { scopes: ['entity:two'] })).toMatchObject({
      kind: 'changed',
      exception: { startDateTime: '2026-11-02T08:00:00.000Z', scopes: ['entity:two'] },
    });
    expect(await desk.held()).toEqual(['admin entity:two', 'user entity:one']);
    const [entry] = await collect(desk.access.history(desk.userId));
    const told = entry?.modifiedProperties.find(({ displayName }) => displayName === 'exceptions.e1');
    expect(told?.oldValue).toContain('"scopes":[]');
  });

  it('writes nothing for the same again, and has the user looked at all the same (promise 4)', async () => {
    const desk = await member();
    await desk.put('e1');
    desk.clock.advance(minute);
    expect((await desk.put('e1')).kind).toBe('unchanged');
    await desk.close('e1');
    expect((await desk.close('e1')).kind).toBe('unchanged');
    expect((await desk.record())?.revision).toBe(3);
    expect(desk.delays).toEqual([0, 0, 0, 0]);
  });

  it('records somebody whom no rule covers and the directory knows (R23)', async () => {
    const desk = open();
    expect((await desk.put('e1')).kind).toBe('created');
    expect(await desk.record()).toMatchObject({ revision: 1, state: 'active', facts: { groups: {} } });
  });

  it.each(['absent', 'group', 'deleted'] as const)('refuses an id that is %s in the directory', async (kind) => {
    const desk = open(kind);
    expect(await desk.put('e1')).toEqual({ kind: 'refused', because: 'unknownUser' });
    expect(await desk.access.read(desk.userId)).toEqual({ outbox: [], exceptions: [] });
    expect(await dueMinutes(desk)).toEqual([]);
  });

  it.each<[string, Partial<ExceptionBody>, string]>([
    ['an entitlement that no rules define', { entitlement: { kind: 'team', id: 'admin' } }, 'undefinedEntitlement'],
    ['an end before the start', { endDateTime: '2026-11-02T07:59:59.000Z' }, 'endsBeforeItStarts'],
  ])('refuses %s', async (_case, body, because) => {
    expect(await (await member()).put('e1', body)).toEqual({ kind: 'refused', because });
  });

  it('refuses to close what is not there, and anything while no rules are in force', async () => {
    expect(await (await member()).close('e1')).toEqual({ kind: 'refused', because: 'unknownException' });
    const without = open('found', { rules: { active: async () => undefined, version: async () => rules } });
    expect(await without.put('e1')).toEqual({ kind: 'refused', because: 'noRules' });
  });

  it('refuses more open ones than a record has room for; those that are over do not count', async () => {
    const desk = await member();
    await desk.put('over', { endDateTime: '2026-11-02T08:00:01.000Z' });
    desk.clock.advance(minute);
    for (let index = 0; index < maxOpenExceptions; index += 1)
      expect((await desk.put(`e${index}`)).kind).toBe('created');
    expect(await desk.put('more')).toEqual({ kind: 'refused', because: 'tooMany' });
    expect((await desk.put('e0', { reason: 'Still.' })).kind).toBe('changed');
    await desk.close('e1');
    expect((await desk.put('more')).kind).toBe('created');
  });
});

describe('an exception while new rules are in force by which nobody looked at the user yet', () => {
  const later = '2026-11-01T00:00:00.000Z';
  const scopes = { scopes: ['entity:one'] };
  const moved = [rule('staff', beta, ['user'], scopes)];
  const direct = [rule('staff', alpha, ['user'], { ...scopes, membership: 'direct' })];
  const apart: RulesSpecial = { conflicts: [{ id: 'c', roles: ['admin', 'user'], action: 'withhold' }] };
  const denial: Partial<ExceptionBody> = { effect: 'deny', entitlement: { kind: 'role', id: 'user' } };

  it.each<[string, Parameters<typeof rulesOf>, Partial<ExceptionBody>, readonly string[], number]>([
    ['gives what it gives and takes nothing: a newly mapped group', [moved], {}, ['admin', 'user entity:one'], 1],
    ['newly direct members', [direct, { directSince: later }], {}, ['admin', 'user entity:one'], 1],
    ['what it denies is denied', [moved], denial, [], 1],
    ['no conflict of the new rules is broken', [direct, { ...apart, directSince: later }], {}, ['admin'], 1],
    ['and so do those that decide the same', [[rule('staff', alpha, ['user'], scopes)], apart], {}, ['admin'], 2],
  ])('%s', async (_case, [mapping, special = {}], body, held, version) => {
    const next = rulesOf(mapping, { ...special, version: 2 });
    const desk = open('found', { rules: { active: async () => next, version: async () => rules } });
    await recordMember(desk);
    await desk.put('e1', body);
    expect(await desk.held()).toEqual(held);
    expect((await desk.record())?.rulesVersion).toBe(version);
    expect(desk.delays).toEqual([0]);
  });
});

describe('times of an exception', () => {
  it.each<[string, Partial<ExceptionBody>, number[], number[]]>([
    ['now and without end', {}, [5], [0]],
    [
      'near start and end',
      { startDateTime: '2026-11-02T08:01:00.000Z', endDateTime: '2026-11-02T08:02:30.500Z' },
      [5],
      [0, 61, 152],
    ],
    [
      'near start, far end',
      { startDateTime: '2026-11-02T08:01:00.000Z', endDateTime: '2026-11-02T10:00:00.000Z' },
      [5, 120],
      [0, 61],
    ],
    [
      'far start and end',
      { startDateTime: '2026-11-02T09:00:00.000Z', endDateTime: '2026-11-02T10:00:00.000Z' },
      [5, 60, 120],
      [0],
    ],
  ])('are written down, none within five minutes; a nearer one has a message: %s', async (_case, body, due, delays) => {
    const desk = await member();
    await desk.put('e1', body);
    expect(await dueMinutes(desk)).toEqual(due);
    expect(desk.delays).toEqual(delays);
  });

  it('are written down before the exception is, so that a crash in between forgets nobody', async () => {
    const desk = await member();
    const broken = { ...desk.ports, access: { ...desk.access, apply: () => Promise.reject(new Error('crash')) } };
    const target = { userId: desk.userId, exceptionId: 'e1', caller: 'ada' };
    await expect(putException(broken, target, grant)).rejects.toThrow('crash');
    expect(await dueMinutes(desk)).toEqual([5]);
  });
});

describe('several writers', () => {
  it('all get their exception, each with one audit entry', async () => {
    const desk = await member();
    const ids = ['a', 'b', 'c'];
    const outcomes = await Promise.all(ids.map((id) => desk.put(id, { scopes: [`entity:${id}`] })));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['created', 'created', 'created']);
    const { record, exceptions } = await desk.access.read(desk.userId);
    expect(exceptions.map(({ id }) => id)).toEqual(ids);
    const history = await collect(desk.access.history(desk.userId));
    expect(history.map(({ revision }) => revision)).toEqual([4, 3, 2, 1]);
    expect(record && verifyChain(history, record)).toBeUndefined();
    expect(await desk.held()).toEqual(['admin entity:a entity:b entity:c', 'user entity:one']);
  });

  it('a worker that read before an exception loses its race', async () => {
    const desk = await member();
    const { tenantId } = desk.ports;
    const stored = await desk.access.read(desk.userId);
    await desk.put('e1');
    const facts = memberOf([]);
    const plan = changes({
      ...{ tenantId, userId: desk.userId, recorded: stored.record, identity: {}, facts, rules, exceptions: [] },
      access: decided(facts, rules),
    });
    const cause = { initiatedBy: 'Rolecall', reason: 'notification', causeId: 'c' };
    expect(plan && (await desk.access.apply(stored, plan, undefined, cause))).toBeUndefined();
  });

  it('answers busy, and not for ever, when others keep coming first', async () => {
    const desk = await member();
    const losing = { ...desk.ports, access: { ...desk.access, apply: async () => undefined } };
    const target = { userId: desk.userId, exceptionId: 'e1', caller: 'ada' };
    expect(await putException(losing, target, grant)).toEqual({ kind: 'refused', because: 'busy' });
  });

  it('finds an exception written whose answer was lost: one audit entry, and the user is looked at', async () => {
    const desk = await member();
    // The row that is due is the first write, the transaction the second.
    test.beforeRequest = async (request) => {
      if (request !== 'POST $batch') return;
      test.beforeRequest = undefined;
      test.loseAnswers(1);
    };
    const outcome = await desk.put('e1');
    expect(outcome.kind).toBe('unchanged');
    expect(await collect(desk.access.history(desk.userId))).toHaveLength(2);
    expect(desk.delays).toEqual([0]);
  });
});
