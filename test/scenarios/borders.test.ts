import { QueueServiceClient } from '@azure/storage-queue';
import { TableClient, TableServiceClient } from '@azure/data-tables';
import type { World } from '../../dev/simulator/world/world.ts';
import { clientId, firstSecret, idOf, secretName, tenantIdOf, usualRules } from './kit/cast.ts';
import { operate, tokenFor } from './kit/operator.ts';
import { send } from './kit/queues.ts';
import { useStage } from './kit/stage.ts';

const secondSecret = 'the-second-secret-of-the-simulated-tenants';

const stage = useStage({
  tenants: ['left', 'right', 'locked out'],
  rules: () => usualRules({}, ['staff', 'admins', 'editors', 'visitors']),
});

interface StoredRow {
  readonly table: string;
  readonly partitionKey: string;
  readonly text: string;
}

/** Every row of every table, as text. */
async function storedRows(): Promise<readonly StoredRow[]> {
  const { connectionString } = stage().stack.storage;
  const options = { allowInsecureConnection: true };
  const rows: StoredRow[] = [];
  for await (const { name } of TableServiceClient.fromConnectionString(connectionString, options).listTables()) {
    if (name === undefined) continue;
    for await (const row of TableClient.fromConnectionString(connectionString, name, options).listEntities()) {
      rows.push({ table: name, partitionKey: row.partitionKey ?? '', text: JSON.stringify(row) });
    }
  }
  return rows;
}

/** Every message of every queue that can be seen, as text. */
async function queuedMessages(): Promise<readonly string[]> {
  const service = QueueServiceClient.fromConnectionString(stage().stack.storage.connectionString);
  const texts: string[] = [];
  for await (const { name } of service.listQueues()) {
    const { peekedMessageItems } = await service.getQueueClient(name).peekMessages({ numberOfMessages: 32 });
    texts.push(...peekedMessageItems.map(({ messageText }) => messageText));
  }
  return texts;
}

async function rowsOf(tenant: string): Promise<readonly string[]> {
  const id = tenantIdOf(tenant);
  return (await storedRows()).filter(({ partitionKey }) => partitionKey.startsWith(id)).map(({ text }) => text);
}

describe('promise 10: tenants are isolated', () => {
  it('what happens in one changes no row of another that has the same ids', async () => {
    const [left, right] = [stage().scene('left'), stage().scene('right')];
    await stage().settle();
    const before = await rowsOf('right');
    left.join('nia', 'staff');
    left.leave('eve', 'admins');
    left.change('dan', { accountEnabled: false });
    left.happen({ kind: 'groupDeleted', groupId: idOf('editors') });
    await stage().quiet();
    await operate(stage().stack, left.tenantId, 'resync', { userId: idOf('ada') });
    await stage().settle();
    expect(await left.access('nia')).toEqual(['role user', 'team blue']);
    expect(await rowsOf('right')).toEqual(before);
    expect(await right.verdict()).toEqual([]);
    expect(await left.verdict()).toEqual([]);
  });

  it('every row names its tenant', async () => {
    const tenants = ['left', 'right', 'locked out'].map(tenantIdOf);
    const strangers = (await storedRows()).filter(
      ({ partitionKey }) => !tenants.some((id) => partitionKey === id || partitionKey.startsWith(`${id}|`)),
    );
    expect(strangers).toEqual([]);
  });

  it('one whose credential is refused delays no other', async () => {
    const [left, locked] = [stage().scene('right'), stage().scene('locked out')];
    const { faults } = stage().stack.simulator.world.control;
    faults.add({ path: `/${locked.tenantId}/oauth2/`, status: 401 });
    faults.add({ path: '^/v1.0/', tenantId: locked.tenantId, status: 401 });
    locked.join('nia', 'staff');
    left.join('nia', 'staff');
    await stage().quiet();
    expect(await left.access('nia')).toEqual(['role user', 'team blue']);
    expect(await locked.access('nia')).toEqual([]);
    stage().clear();
    await stage().settle();
    expect(await locked.access('nia')).toEqual(['role user', 'team blue']);
  });
});

/** A new secret, and every old one gone. */
function rotateSecret(world: World): void {
  for (const tenant of world.tenants.values()) {
    const old = tenant.app(clientId).secrets.map(({ keyId }) => keyId);
    tenant.addSecret(clientId, { value: secondSecret });
    for (const keyId of old) tenant.removeSecret(clientId, keyId);
  }
  world.vault.set(secretName, secondSecret, {});
}

describe('secrets are rotated in the vault and nowhere else (E6)', () => {
  it('between two changes, without a failure', async () => {
    const { stack } = stage();
    const { world } = stack.simulator;
    const scene = stage().scene('right');
    rotateSecret(world);
    // The token that the old secret gave runs out; the secret itself is still cached.
    await stage().pass(3 * 3600);
    const before = (await stack.host.status()).functions;
    const sentAgain = (): number => stage().lines.filter(({ message }) => message.includes('tried again')).length;
    const again = sentAgain();
    scene.join('noa', 'staff');
    await stage().quiet();
    expect(await scene.access('noa')).toEqual(['role user', 'team blue']);
    const after = (await stack.host.status()).functions;
    for (const [name, { failed }] of Object.entries(after))
      expect([name, failed]).toEqual([name, before[name]?.failed]);
    expect(sentAgain()).toBe(again);
    await stage().settle();
    expect(await scene.verdict()).toEqual([]);
  });
});

describe('promise 8: read-only towards Entra', () => {
  it('nothing but subscriptions was ever written (P7)', async () => {
    for (const timer of ['deltaSweep', 'fullSync', 'renewSubscriptions', 'catchUp'] as const) await stage().run(timer);
    await stage().settle();
    const { writes, routes } = stage().stack.simulator.world.control.counters.snapshot();
    const ours = writes.filter((write) => write.clientId === clientId);
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter(({ path }) => !/^\/subscriptions(\/|$)/.test(path))).toEqual([]);
    const called = new Set(routes.map(({ route }) => route));
    const expected = /^(GET \S+|POST \/users\/\{id\}\/getMemberGroups|(POST|PATCH|DELETE) \/subscriptions\S*)$/;
    expect([...called].filter((route) => !expected.test(route))).toEqual([]);
    expect(called.size).toBeGreaterThan(8);
  });
});

describe('promise 9: secrets stay in the vault', () => {
  it('no table, queue, log or answer has a secret, a token or a clientState', async () => {
    const { stack } = stage();
    const { world, authority } = stack.simulator;
    const clientStates = [...world.tenants.values()].flatMap(({ subscriptions }) =>
      [...subscriptions.values()].map(({ clientState }) => clientState ?? ''),
    );
    expect(clientStates.length).toBeGreaterThanOrEqual(6);
    rotateSecret(world);
    const token = await tokenFor(stack, { tenantId: tenantIdOf('left') });
    const answers: string[] = [];
    const storedBefore = await storedRows();
    const enqueuedDateTime = new Date(stack.clock.now()).toISOString();
    const request = { v: 1, userId: idOf('ada'), reason: 'manual', causeId: 'c', enqueuedDateTime, attempt: 0 };

    // Failures are where secrets slip out: a refused sign-in, a refused token, messages and calls that make no sense.
    const { tenantId, tenant } = stage().scene('left');
    for (const { keyId } of tenant.app(clientId).secrets) tenant.removeSecret(clientId, keyId);
    await stage().pass(3 * 3600);
    await send(stack, 'reconcile-user', JSON.stringify({ ...request, tenantId }));
    await stage().quiet();
    expect(stage().lines.filter(({ message }) => message.includes('AADSTS'))).not.toEqual([]);
    tenant.addSecret(clientId, { value: secondSecret });
    world.control.faults.add({ path: `/${tenantId}/oauth2/`, status: 401, count: 2 });
    world.control.faults.add({ path: '^/v1.0/', tenantId, status: 401, count: 4 });
    world.control.faults.add({ path: '^/secrets/', status: 403, count: 2 });
    await send(
      stack,
      'reconcile-user',
      JSON.stringify({ tenantId, userId: idOf('ada'), authorization: `Bearer ${token}` }),
    );
    for (const authorization of [`Bearer ${token}x`, `Bearer ${token}`]) {
      for (const body of ['{', JSON.stringify({ userId: idOf('ada') }), JSON.stringify({ token })]) {
        const headers = { authorization, 'content-type': 'application/json' };
        const response = await fetch(`${stack.urls.host}/api/tenants/${tenantId}/resync`, {
          method: 'POST',
          headers,
          body,
        });
        answers.push(await response.text());
      }
    }
    const entry = {
      tenantId,
      subscriptionId: tenantId,
      clientState: clientStates[0],
      changeType: 'updated',
      resource: '{}',
    };
    for (const body of [
      { value: [entry] },
      { value: [{ ...entry, clientState: 'wrong' }] },
      { clientState: clientStates[0] },
    ]) {
      const response = await fetch(`${stack.urls.host}/api/graph/notifications`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      answers.push(await response.text());
    }
    await stage().quiet();
    stage().clear();
    await stage().settle();

    const found = [
      ...[...storedBefore, ...(await storedRows())].map(({ table, text }) => `table ${table}: ${text}`),
      ...(await queuedMessages()).map((text) => `queue: ${text}`),
      ...stage().lines.map(({ message }) => `log: ${message}`),
      ...answers.map((text) => `answer: ${text}`),
    ];
    expect(found.length).toBeGreaterThan(200);
    const graphToken = await authority.sign({ tenantId, clientId, principalId: clientId, audience: 'x', roles: [] });
    const headerOfTokens = graphToken.token.split('.')[0] ?? 'eyJ';
    for (const secret of [firstSecret, secondSecret, token, headerOfTokens, ...clientStates]) {
      expect(found.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});
