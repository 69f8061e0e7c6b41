import { previewRules } from '../../../src/functions/preview-rules.ts';
import { userExplanation } from '../../../src/functions/user-explanation.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { memberOf } from '../../builders/facts.ts';
import { found, missing } from '../../builders/reading.ts';
import { recordOf } from '../../builders/record.ts';
import { lagMilliseconds } from '../../builders/times.ts';
import { directoryWith, groupId, groupInfo, soundDocument } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { type Call, fakeApp, httpCall, invocation, tenantId } from './fake-app.ts';
import { alpha, rule, rulesOf } from '../../builders/rules.ts';

const userId = '00000000-0000-4000-8000-000000000001';
const none = unexpectedPorts();
const rules = rulesOf([rule('r', alpha, ['user'])]);

async function call(
  trigger: typeof previewRules,
  options: Call,
  given: Partial<Ports> = {},
  appGiven: Parameters<typeof fakeApp>[1] = {},
) {
  const { context } = invocation();
  const params = { tenant: tenantId, user: userId };
  const app = fakeApp([unexpectedPorts(given)], appGiven);
  const answer = await trigger(httpCall({ params, ...options }), context, async () => app);
  const body: unknown = typeof answer.body === 'string' ? JSON.parse(answer.body) : undefined;
  return { status: answer.status, body };
}

/** A tenant without records, whose directory has group a and this user in it. */
const tenant: Partial<Ports> = {
  rules: { ...none.rules, active: async () => rules },
  access: {
    ...none.access,
    read: async () => ({ outbox: [], exceptions: [] }),
    records: async function* () {
      yield* [];
    },
  },
  watched: { ...none.watched, list: async () => [] },
  derived: {
    ...none.derived,
    members: async function* () {
      yield* [];
    },
  },
  directory: {
    ...none.directory,
    ...directoryWith(groupInfo(groupId('a'), 'Alpha')),
    listMembers: async function* () {
      yield [{ id: userId, type: 'user' as const }];
    },
    readParents: async () => new Map(),
    readUser: async () => found([alpha, groupId('z')], { directGroups: new Set([alpha]) }),
  },
};

describe('previewRules', () => {
  const sound = { role: 'Rolecall.Configure', body: JSON.stringify({ document: soundDocument() }) } as const;

  it.each<[string, Call, number]>([
    ['without a token', { body: sound.body }, 401],
    ['of somebody who may only operate', { ...sound, role: 'Rolecall.Operate' }, 403],
    ['of another media type', { ...sound, type: 'text/plain' }, 415],
    ['without a document', { ...sound, body: '{"fresh":true}' }, 400],
    ['with something else beside it', { ...sound, body: JSON.stringify({ document: {}, all: true }) }, 400],
    ['with a document that is too large', { ...sound, body: `"${'x'.repeat(4_200_000)}"` }, 413],
    ['with a document that has faults', { ...sound, body: '{"document":{"rules":[]}}' }, 422],
    ['with a sound document', sound, 200],
  ])('answers a call %s', async (_case, options, status) => {
    expect((await call(previewRules, options, tenant)).status).toBe(status);
  });

  it('names every fault', async () => {
    const { body } = await call(previewRules, { ...sound, body: '{"document":{"rules":[]}}' }, tenant);
    expect(body).toMatchObject({ faults: [{ path: '$.roles', remedy: expect.any(String) as string }] });
  });

  it('tries a document on one user: groups seen, rules hit, result (R11)', async () => {
    const wanted = { document: soundDocument(), userId };
    expect(await call(previewRules, { ...sound, body: JSON.stringify(wanted) }, tenant)).toMatchObject({
      status: 200,
      body: {
        userId,
        displayName: 'Ada',
        directory: 'found',
        groups: [
          { groupId: alpha, displayName: 'Alpha', kind: 'security group', membersManagedIn: 'Entra admin center' },
        ],
        otherGroups: 1,
        changes: { gained: [{ id: 'user' }], gains: true },
        explanation: {
          entitlements: expect.arrayContaining([
            expect.objectContaining({
              id: 'user',
              given: [expect.objectContaining({ source: expect.objectContaining({ ruleId: 'base' }) as unknown })],
            }),
            expect.objectContaining({ id: 'admin', whyNot: 'noRule' }),
          ]) as unknown,
        },
      },
    });
  });

  it.each([
    ['keeps what groups gave to somebody whom the directory does not tell of', missing('absent'), true, 'wait', 'r'],
    ['takes what the groups seen do not give', found([], { accountEnabled: true }), false, 'lose', undefined],
  ] as const)('tried on one user, %s (promise 1)', async (_case, reading, rulesWait, outcome, ruleId) => {
    const document = { ...soundDocument(), rules: [{ ...soundDocument().rules[0], group: { id: groupId('b') } }] };
    const record = { ...recordOf(memberOf([alpha]), rules), userId };
    const { body } = await call(
      previewRules,
      { ...sound, body: JSON.stringify({ document, userId }) },
      {
        ...tenant,
        lagMilliseconds,
        rules: { ...none.rules, active: async () => rules, version: async () => rules },
        access: { ...none.access, read: async () => ({ record, etag: '1', outbox: [], exceptions: [] }) },
        tombstones: { ...none.tombstones, find: async () => undefined },
        ledger: { ...none.ledger, foresee: async () => 'passed' },
        directory: {
          ...none.directory,
          ...directoryWith(groupInfo(groupId('b'), 'Beta')),
          readUser: async () => reading,
        },
      },
    );
    expect(body).toMatchObject({ directory: reading.kind, rulesWait });
    if (outcome === 'lose') expect(body).toMatchObject({ changes: { lost: [{ id: 'user' }], loses: true } });
    else expect(body).not.toHaveProperty('changes');
    const source = expect.objectContaining({ ruleId }) as unknown;
    const given = ruleId === undefined ? [] : [expect.objectContaining({ source })];
    expect(body).toMatchObject({
      explanation: {
        entitlements: expect.arrayContaining([expect.objectContaining({ id: 'user', given })]) as unknown,
      },
    });
  });

  it('gives the default role to nobody who is in no mapped group and not recorded (P9)', async () => {
    const document = { ...soundDocument(), defaultRole: 'admin' };
    const readUser = async () => found([groupId('z')]);
    const directory = { ...none.directory, ...tenant.directory, readUser };
    const options = { ...sound, body: JSON.stringify({ document, userId }) };
    const { body } = await call(previewRules, options, { ...tenant, directory });
    expect(body).not.toHaveProperty('changes');
    const entitlements = [expect.objectContaining({ id: 'admin', whyNot: 'notRecorded' }) as unknown];
    expect(body).toMatchObject({
      groups: [],
      explanation: { entitlements: expect.arrayContaining(entitlements) as unknown },
    });
  });

  it.each([{}, { fresh: true }, { userId }])('asks nothing of stores that could write, given %j', async (wanted) => {
    const options = { ...sound, body: JSON.stringify({ document: soundDocument(), ...wanted }) };
    // The ports themselves refuse every call; those that are made read-only answer.
    const readOnly = () => unexpectedPorts(tenant);
    expect((await call(previewRules, options, {}, { readOnly })).status).toBe(200);
  });

  it('says whether the user is in a group directly where a rule asks for that, and what an id is that is no user', async () => {
    const direct = { ...soundDocument(), rules: [{ ...soundDocument().rules[0], membership: 'direct' }] };
    const body = JSON.stringify({ document: direct, userId });
    const answer = await call(previewRules, { ...sound, body }, tenant);
    expect(answer.body).toMatchObject({ groups: [{ groupId: alpha, direct: true }] });
    const directory = { ...none.directory, ...tenant.directory, readUser: async () => missing('group') };
    expect((await call(previewRules, { ...sound, body }, { ...tenant, directory })).body).toMatchObject({
      directory: 'group',
      groups: [],
      otherGroups: 0,
    });
  });
});

describe('userExplanation', () => {
  const read = { role: 'Rolecall.Read', method: 'GET' } as const;

  it.each<[string, Call, Partial<Ports>, number]>([
    ['without a token', {}, tenant, 401],
    ['of somebody who may only operate', { role: 'Rolecall.Operate' }, tenant, 403],
    ['about something that is no user', { ...read, params: { tenant: tenantId, user: 'ada' } }, tenant, 400],
    ['with half a question', { ...read, query: { if: 'joined' } }, tenant, 400],
    ['with a question about something that is no group', { ...read, query: { if: 'left:staff' } }, tenant, 400],
    ['before rules are in force', read, { ...tenant, rules: { ...none.rules, active: async () => undefined } }, 409],
    [
      'about an id that nobody has',
      read,
      { ...tenant, directory: { ...none.directory, readUser: async () => missing('absent') } },
      404,
    ],
    ['about somebody', read, tenant, 200],
  ])('answers a call %s', async (_case, options, ports, status) => {
    expect((await call(userExplanation, options, ports)).status).toBe(status);
  });
});
