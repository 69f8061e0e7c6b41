import { publishRules, rollBackRules } from '../../../src/functions/publish-rules.ts';
import { listRulesVersions, readRules } from '../../../src/functions/read-rules.ts';
import type { JobState } from '../../../src/lib/model/job-state.ts';
import type { Ports } from '../../../src/lib/ports.ts';
import { memoryRules } from '../operate/memory-rules.ts';
import { memberOf } from '../../builders/facts.ts';
import { recordOf } from '../../builders/record.ts';
import { rulesOf } from '../../builders/rules.ts';
import { directoryWith, groupId, groupInfo, soundDocument } from '../rules/sample-document.ts';
import { id } from '../operate/tenant-fakes.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { ada, type Call, fakeApp, httpCall, invocation, tenantId } from './fake-app.ts';

const none = unexpectedPorts();
const alpha = groupInfo(groupId('a'), 'Alpha');
const off = { ...soundDocument(), rules: soundDocument().rules.map((rule) => ({ ...rule, enabled: false })) };

/** A tenant in whose group a are this many recorded users, with version 1 in force unless it is to have none. */
async function world(users = 0, versions = 1) {
  const rules = memoryRules();
  const given: Partial<Ports> = {
    rules,
    directory: { ...none.directory, ...directoryWith(alpha) },
    tenantAudit: {
      ...none.tenantAudit,
      append: async (decision) => ({
        ...decision,
        tenantId,
        revision: 1,
        activityDateTime: '',
        previousHash: '',
        hash: '',
      }),
    },
    jobQueue: { send: async () => undefined },
    jobs: { ...none.jobs, peek: async (): Promise<JobState> => ({ kind: 'activate', step: 'done', version: 1 }) },
    watched: {
      ...none.watched,
      list: async () => [
        {
          groupId: alpha.id,
          displayName: 'Alpha',
          mapped: true,
          info: alpha,
          parents: [],
          state: 'present',
          stateSince: '',
        },
      ],
    },
    access: {
      ...none.access,
      records: async function* () {
        const active = await rules.active();
        const document = active === undefined ? rulesOf([]) : active;
        for (let index = 0; index < users; index += 1) {
          yield { record: { ...recordOf(memberOf([alpha.id]), document), userId: id(index) }, exceptions: [] };
        }
      },
    },
  };
  const call = async (trigger: typeof readRules, options: Call = {}) => {
    const app = fakeApp([unexpectedPorts(given)]);
    const params = { tenant: tenantId };
    const request = httpCall({ params, ...options });
    const answer = await trigger(request, invocation().context, async () => app);
    const body: unknown = typeof answer.body === 'string' ? JSON.parse(answer.body) : undefined;
    return { status: answer.status, body, headers: answer.headers };
  };
  const publish = (document: unknown, tag?: string, losers?: number) =>
    call(publishRules, {
      method: 'PUT',
      role: 'Rolecall.Configure',
      body: JSON.stringify({ document, losers }),
      ...(tag === undefined ? {} : { headers: { 'if-match': tag } }),
    });
  for (let version = 1; version <= versions; version += 1) {
    await publish(soundDocument(), `"${version - 1}"`);
    await rules.activate(version, version - 1);
  }
  return { rules, call, publish };
}

const read = { method: 'GET', role: 'Rolecall.Read' } as const;

describe('GET rules', () => {
  it('answers with the rules in force, their groups with names and kinds, and the ETag', async () => {
    const { call } = await world();
    const { status, body, headers } = await call(readRules, read);
    expect([status, headers]).toEqual([200, expect.objectContaining({ ETag: '"1"' })]);
    expect(body).toMatchObject({
      version: 1,
      author: `ada (${ada})`,
      inForce: true,
      activation: 'done',
      document: { rules: [{ id: 'base' }] },
      pins: [
        {
          ruleId: 'base',
          groupId: alpha.id,
          displayName: 'Alpha',
          group: { kind: 'security', membersManagedIn: 'Entra admin center' },
        },
      ],
    });
  });

  it('answers with an earlier version when it is named', async () => {
    const { call } = await world(0, 2);
    const ask = (version: string) => call(readRules, { ...read, query: { version } });
    expect((await ask('1')).body).toMatchObject({ version: 1, inForce: false });
    expect([(await ask('3')).status, (await ask('x')).status]).toEqual([404, 400]);
  });

  it('answers 404 before the first activation, and lists nothing', async () => {
    const { call } = await world(0, 0);
    expect((await call(readRules, read)).status).toBe(404);
    expect((await call(listRulesVersions, read)).body).toEqual({ versions: [] });
  });

  it('lists the versions, newest first', async () => {
    const { call } = await world(0, 2);
    expect((await call(listRulesVersions, read)).body).toMatchObject({
      versions: [
        { version: 2, inForce: true, author: `ada (${ada})` },
        { version: 1, inForce: false },
      ],
    });
  });
});

describe('PUT rules', () => {
  it('answers 202 with the version and where it can be read', async () => {
    const { publish } = await world();
    const { status, body, headers } = await publish(soundDocument(), '"1"');
    expect([status, body]).toEqual([202, { version: 2, operationId: 'id', losers: 0, warnings: [] }]);
    expect(headers).toMatchObject({ Location: `/api/tenants/${tenantId}/rules?version=2`, ETag: '"2"' });
  });

  it.each([
    ['without If-Match', undefined, 428],
    ['with an If-Match that is no ETag of ours', '*', 400],
    ['with the ETag of a version that is in force no more', '"0"', 412],
  ])('refuses a change %s', async (_case, tag, status) => {
    const { publish, rules } = await world();
    expect((await publish(soundDocument(), tag)).status).toBe(status);
    await expect(rules.version(2)).rejects.toThrow();
  });

  it('answers 422 with every fault of the document', async () => {
    const { publish } = await world();
    const { status, body } = await publish({ ...soundDocument(), defaultRole: 'x', roles: [] }, '"1"');
    expect([status, body]).toEqual([422, expect.objectContaining({ faults: expect.any(Array) as unknown })]);
    expect(JSON.stringify(body)).toContain('$.defaultRole');
  });

  it('answers 409 with the number of losers beyond the threshold, and 202 when it is given', async () => {
    const { publish } = await world(3);
    const refused = await publish(off, '"1"');
    expect([refused.status, refused.body]).toEqual([409, expect.objectContaining({ losers: 3, holders: 3 })]);
    expect((await publish(off, '"1"', 3)).status).toBe(202);
  });

  it.each([
    ['readers', 'Rolecall.Read'],
    ['operators', 'Rolecall.Operate'],
  ] as const)('is not for %s', async (_case, role) => {
    const { call } = await world();
    const headers = { 'if-match': '"1"' };
    expect((await call(publishRules, { role, headers, body: '{}' })).status).toBe(403);
    expect((await call(rollBackRules, { role, headers, body: '{}' })).status).toBe(403);
  });

  it('refuses a body of another shape', async () => {
    const { call } = await world();
    const options: Call = { role: 'Rolecall.Configure', headers: { 'if-match': '"1"' }, body: '{"documents":1}' };
    expect((await call(publishRules, options)).status).toBe(400);
    expect((await call(rollBackRules, options)).status).toBe(400);
  });
});

describe('POST rules/rollback', () => {
  it('publishes the old content under a new number in one call', async () => {
    const { call, rules } = await world(0, 2);
    const back = (version: number) =>
      call(rollBackRules, {
        role: 'Rolecall.Configure',
        headers: { 'if-match': '"2"' },
        body: JSON.stringify({ version }),
      });
    expect((await back(5)).status).toBe(404);
    const { status, body } = await back(1);
    expect([status, body]).toMatchObject([202, { version: 3 }]);
    expect((await rules.version(3)).document).toEqual((await rules.version(1)).document);
  });

  it('says before the first activation that there is nothing to go back to', async () => {
    const { call } = await world(0, 0);
    const headers = { 'if-match': '"0"' };
    const { status, body } = await call(rollBackRules, { role: 'Rolecall.Configure', headers, body: '{"version":1}' });
    expect([status, body]).toMatchObject([404, { detail: 'There is no earlier rules document of this number.' }]);
  });
});
