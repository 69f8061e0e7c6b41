import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { trustCertificate } from '../../dev/certificate.ts';
import { localSettings } from '../../dev/local-settings.ts';
import { SAMPLE_GROUPS } from '../../dev/simulator/sample/sample-groups.ts';
import { SAMPLE_TENANT } from '../../dev/simulator/sample-tenant.ts';
import { type Stack, startStack } from '../../dev/stack.ts';
import { connectStack, type Connection } from '../../dev/tenant/connection.ts';
import { eventually } from '../host/eventually.ts';

const { tenantId, clientId } = SAMPLE_TENANT;
const group = SAMPLE_GROUPS.paymentsApprove;
const rules = {
  roles: [{ id: 'payments-approve', precedence: 1 }],
  rules: [{ id: 'pay', group: { displayName: group.displayName }, grants: { roles: ['payments-approve'] } }],
};

/** So that only what an operator asks for happens. */
const never = '0 0 0 1 1 *';

const groupSchema = z.object({ recorded: z.number(), pending: z.number(), state: z.string() });
const enqueuedSchema = z.object({
  operationId: z.string(),
  enqueued: z.object({ users: z.number(), jobs: z.number() }),
});
const historySchema = z.object({ entries: z.array(z.object({ causeId: z.string(), revision: z.number() })) });
const membersSchema = z.object({ value: z.array(z.object({ id: z.string(), userPrincipalName: z.string() })) });
const tokenSchema = z.object({ access_token: z.string() });

/** Operators' calls against the built app, with tokens that the simulated authority signs. */
describe('the API for operators', () => {
  let stack: Stack;
  let connection: Connection;
  let folder: string;
  let members: z.infer<typeof membersSchema>['value'];
  const recorded = async () => groupSchema.parse(await connection.api('GET', `/groups/${group.id}`));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolecall-operators-'));
    const rulesFile = join(folder, 'rules.json');
    await writeFile(rulesFile, JSON.stringify(rules));
    const settings = { ROLECALL_RULES_FILE: rulesFile, DELTA_SWEEP_SCHEDULE: never, FULL_SYNC_SCHEDULE: never };
    stack = await startStack({ settings: (urls) => ({ ...localSettings(urls), ...settings }) });
    trustCertificate(stack.certificate);
    connection = connectStack({ simulatorUrl: stack.urls.simulator, hostUrl: stack.urls.host });
    members = membersSchema.parse(await connection.graph('GET', `/groups/${group.id}/members`)).value;
    await stack.host.run('catchUp');
    await stack.settled({ limit: 60_000 });
    // The second looks of what was just recorded.
    await stack.advance(10_000);
    await stack.settled({ limit: 60_000 });
  }, 180_000);

  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  it('puts the first rules in force, pinned by name, and records every member', async () => {
    expect(await recorded()).toMatchObject({ recorded: members.length, pending: 0, state: 'present' });
  });

  it('shows a record by id and by user principal name', async () => {
    const [member] = members;
    const paths = [member?.id, member?.userPrincipalName.toUpperCase()].map((key) => `/users/${key ?? ''}/access`);
    const [byId, byName] = await Promise.all(paths.map((path) => connection.api('GET', path)));
    expect(byId).toMatchObject({ userId: member?.id, state: 'active', assignments: [{ id: 'payments-approve' }] });
    expect(byName).toEqual(byId);
  });

  it('plans a resync without writing anything, then does it (promise 7, A18)', async () => {
    // The looks that follow a start would find it, so they come first; then a change that no notification announces.
    await stack.advance(10_000);
    await stack.settled();
    await connection.control('PATCH', '/notifications', { loss: 1 });
    const [leaver] = members;
    await connection.graph('DELETE', `/groups/${group.id}/members/${leaver?.id ?? ''}/$ref`);
    await stack.advance(10_000);
    await stack.settled();

    stack.proxy.resetCounters();
    const planned = await connection.api('POST', '/resync', { userId: leaver?.id, dryRun: true });
    expect(planned).toMatchObject({ plan: { changes: [{ type: 'revoke', kind: 'role', id: 'payments-approve' }] } });
    const different = await connection.api('POST', '/resync', { groupId: group.id, dryRun: true });
    expect(different).toMatchObject({ unauthorizedUserIds: [leaver?.id], missingUserIds: [] });
    const reads = ['get', 'query', 'receive', 'peek', 'properties'];
    expect(stack.proxy.counters().filter(({ verb }) => !reads.includes(verb))).toEqual([]);

    const { operationId, enqueued } = enqueuedSchema.parse(
      await connection.api('POST', '/resync', { userId: leaver?.id }),
    );
    expect(enqueued).toEqual({ users: 1, jobs: 0 });
    const entries = await eventually(
      async () => historySchema.parse(await connection.api('GET', `/users/${leaver?.id ?? ''}/history`)).entries,
      ([newest]) => newest?.causeId === operationId,
    );
    expect(entries.map(({ revision }) => revision)).toEqual([2, 1]);
  });

  it.each<[string, string, readonly string[], number]>([
    ['no role', clientId, [], 403],
    ['another role', clientId, ['Rolecall.Read'], 403],
    ['another audience', 'https://graph.microsoft.com', ['Rolecall.Operate'], 401],
  ])('refuses a token with %s', async (_case, audience, roles, status) => {
    const issued = tokenSchema.parse(await connection.control('POST', '/tokens', { tenantId, audience, roles }));
    expect(await resyncStatus({ authorization: `Bearer ${issued.access_token}` })).toBe(status);
  });

  it('refuses a token that has expired, and one that was tampered with', async () => {
    const wanted = { tenantId, audience: clientId, roles: ['Rolecall.Operate'] };
    const { access_token: token } = tokenSchema.parse(await connection.control('POST', '/tokens', wanted));
    const [head = '', claims = '', signature = ''] = token.split('.');
    const forged = Buffer.from(Buffer.from(claims, 'base64url').toString().replace('Operate', 'Configure'));
    const tampered = [head, forged.toString('base64url'), signature].join('.');
    expect(await resyncStatus({ authorization: `Bearer ${tampered}` })).toBe(401);
    await stack.advance(2 * 60 * 60_000);
    expect(await resyncStatus({ authorization: `Bearer ${token}` })).toBe(401);
    expect(await resyncStatus({})).toBe(401);
  });

  async function resyncStatus(headers: Record<string, string>): Promise<number> {
    const answer = await fetch(`${stack.urls.host}/api/tenants/${tenantId}/resync`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ groupId: group.id }),
    });
    return answer.status;
  }
});
