import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, tenantIdOf, usualRules } from './kit/cast.ts';
import { callApi, operate, tokenFor, type TokenWish } from './kit/operator.ts';
import { useStage } from './kit/stage.ts';
import { writesOf } from './kit/writes.ts';

const stage = useStage({
  tenants: ['own', 'other'],
  operators: { own: [idOf('partner')] },
  rules: () => usualRules({}, ['staff', 'visitors']),
});

const own = tenantIdOf('own');
const wish = (given: Partial<TokenWish> = {}): TokenWish => ({ tenantId: own, ...given });

describe('resync', () => {
  it.each([
    ['an operator', wish(), 202],
    [
      'an operator of another tenant who is listed',
      wish({ tenantId: tenantIdOf('other'), principalId: idOf('partner') }),
      202,
    ],
    ['an operator of another tenant', wish({ tenantId: tenantIdOf('other') }), 401],
    ['a reader', wish({ roles: ['Rolecall.Read'] }), 403],
    ['nobody in particular', wish({ roles: [] }), 403],
    ["a token of another app's", wish({ audience: 'https://graph.microsoft.com' }), 401],
  ] as const)('from %s', async (_who, given, status) => {
    const token = await tokenFor(stage().stack, given);
    const answer = await callApi(stage().stack, token, `${own}/resync`, { userId: idOf('ada') });
    expect(answer.status).toBe(status);
    await stage().quiet();
  });

  it.each([
    ['no token', undefined],
    ['no token at all', 'not-a-token'],
    ['a token that nobody signed', 'eyJhbGciOiJub25lIn0.eyJ0aWQiOiJ4In0.'],
  ])('is refused with %s, and told nothing', async (_what, token) => {
    const answer = await callApi(stage().stack, token, `${own}/resync`, { userId: idOf('ada') });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    const ofNobody = await callApi(stage().stack, token, `${idOf('no tenant')}/resync`, { userId: idOf('ada') });
    expect([ofNobody.status, ofNobody.text]).toEqual([answer.status, answer.text]);
  });

  it('is refused with a token that has expired', async () => {
    const token = await tokenFor(stage().stack, wish());
    await stage().pass(2 * 3600);
    expect(await callApi(stage().stack, token, `${own}/resync`, { userId: idOf('ada') })).toMatchObject({
      status: 401,
    });
  });

  it.each([
    ['both', { userId: idOf('ada'), groupId: idOf('staff') }, 400],
    ['neither', {}, 400],
    ['no id', { userId: 'ada' }, 400],
    ['something else', { userId: idOf('ada'), force: true }, 400],
    ['a group that no rule maps', { groupId: idOf('nobodys') }, 404],
  ])('refuses %s, enqueues nothing', async (_what, body, status) => {
    stage().stack.proxy.resetCounters();
    const answer = await operate(stage().stack, own, 'resync', body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(writesOf(stage().stack.proxy)).toEqual([]);
  });

  it.each([
    ['a user', { userId: idOf('nia') }, { users: 1, jobs: 0 }],
    ['a group', { groupId: idOf('visitors') }, { users: 0, jobs: 1 }],
  ])('of %s finds what no feed told of, and says where the effect is', async (what, body, enqueued) => {
    const scene = stage().scene('own');
    const user = what === 'a user' ? 'nia' : 'noa';
    stage().stack.simulator.world.control.notifications.loss = 1;
    scene.join(user, 'visitors');
    await stage().quiet();
    stage().clear();
    const answer = await operate(stage().stack, own, 'resync', body);
    expect(answer).toMatchObject({ status: 202, body: { enqueued } });
    await stage().quiet();
    expect(await scene.access(user)).toEqual(['permission enter']);
    const location = answer.headers.get('location') ?? '';
    expect(await operate(stage().stack, own, location.replace(`/api/tenants/${own}/`, ''))).toMatchObject({
      status: 200,
    });
    await stage().settle();
    expect(await scene.verdict()).toEqual([]);
  });
});

/** The role that each call of the API takes. The others are Graph's, which has no token. */
const needed: Readonly<Record<string, string>> = {
  resync: 'Rolecall.Operate',
  approveHold: 'Rolecall.Operate',
  publishRules: 'Rolecall.Configure',
  rollBackRules: 'Rolecall.Configure',
  previewRules: 'Rolecall.Configure',
  putException: 'Rolecall.Configure',
  deleteException: 'Rolecall.Configure',
  groups: 'Rolecall.Read',
  groupStatus: 'Rolecall.Read',
  listHolds: 'Rolecall.Read',
  readRules: 'Rolecall.Read',
  listRulesVersions: 'Rolecall.Read',
  userAccess: 'Rolecall.Read',
  userHistory: 'Rolecall.Read',
  userExplanation: 'Rolecall.Read',
  listExceptions: 'Rolecall.Read',
  readException: 'Rolecall.Read',
};

describe('every call of the API', () => {
  const sources = readdirSync('src/functions').map((file) => readFileSync(join('src/functions', file), 'utf8'));
  const registered = sources.flatMap((text) => [
    ...text.matchAll(/app\.http\('(\w+)', \{\s+route: '([^']+)',\s+methods: \['(\w+)'\]/g),
  ]);
  const calls = registered.map(([, name = '', route = '', method = '']) => ({ name, route, method }));

  /** The status that this token gets. */
  async function ask({ route, method }: (typeof calls)[number], token?: string): Promise<number> {
    const path = route.replace('{tenant}', own).replaceAll(/\{\w+\}/g, idOf('nobody at all'));
    const response = await fetch(`${stage().stack.urls.host}/api/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }),
    });
    await response.text();
    return response.status;
  }

  it('is known here, or is made by Graph', () => {
    expect(registered).toHaveLength(sources.join('').split('app.http(').length - 1);
    const others = calls.filter(({ name }) => needed[name] === undefined).map(({ name }) => name);
    expect(others.toSorted()).toEqual(['graphLifecycle', 'graphNotifications']);
    expect(calls).toHaveLength(Object.keys(needed).length + 2);
  });

  it('answers 401 to whoever has no token, and lets in one role of three (A31, R30)', async () => {
    const roles = ['Rolecall.Read', 'Rolecall.Operate', 'Rolecall.Configure'];
    const tokens = await Promise.all(roles.map((role) => tokenFor(stage().stack, wish({ roles: [role] }))));
    const found: [string, object][] = [];
    for (const call of calls) {
      if (needed[call.name] === undefined) continue;
      const answers = await Promise.all(tokens.map((token) => ask(call, token)));
      const letIn = roles.filter((_role, index) => answers[index] !== 403 && answers[index] !== 401);
      found.push([call.name, { anonymous: await ask(call), letIn }]);
    }
    const wanted = Object.entries(needed).map(([name, role]) => [name, { anonymous: 401, letIn: [role] }]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
  });
});
