import { jobRequestSchema, type JobRequest } from '../../../src/lib/model/request.ts';
import type { ActiveRules } from '../../../src/lib/model/active-rules.ts';
import type { TenantDecision } from '../../../src/lib/model/tenant-audit-entry.ts';
import { createLog } from '../../../src/lib/log.ts';
import { NotFoundError } from '../../../src/lib/errors.ts';
import { publishDocument, type PublishPorts } from '../../../src/lib/rules/publish-document.ts';
import { directoryWith, groupId, groupInfo, rule, soundDocument } from './sample-document.ts';

const tenantId = '5d3c2f1e-0a4b-4c6d-8e7f-102938475665';

/** A tenant's versions and job queue in memory. */
function tenant() {
  const versions: ActiveRules[] = [];
  const jobs: JobRequest[] = [];
  const audit: TenantDecision[] = [];
  const ports: PublishPorts = {
    tenantId,
    clock: { now: () => new Date('2026-02-01T00:00:00.000Z') },
    newId: () => 'cause',
    log: createLog(() => undefined),
    directory: directoryWith(groupInfo(groupId('a'), 'Alpha')),
    rules: {
      active: async () => versions.at(-1),
      activeVersion: async () => versions.length,
      version: async (version) => {
        const stored = versions[version - 1];
        if (stored === undefined) throw new NotFoundError('none');
        return stored;
      },
      append: async (rules) => versions.push({ ...rules, version: versions.length + 1 }),
    },
    tenantAudit: {
      append: async (decision) => {
        audit.push(decision);
        return { ...decision, tenantId, revision: audit.length, activityDateTime: '', previousHash: '', hash: '' };
      },
    },
    jobQueue: { send: async (request) => void jobs.push(request) },
  };
  return { ports, versions, jobs, audit };
}

describe('publishDocument', () => {
  it('stores the pinned document as the next version and asks for its activation', async () => {
    const { ports, versions, jobs, audit } = tenant();
    expect(await publishDocument(ports, JSON.stringify(soundDocument()), 'ada')).toEqual({
      ok: true,
      value: { version: 1, warnings: [] },
    });
    expect(await publishDocument(ports, soundDocument(), 'ada')).toEqual({
      ok: true,
      value: { version: 2, warnings: [] },
    });
    expect(versions.map(({ pins }) => pins.map(({ groupId: id, displayName }) => [id, displayName]))).toEqual([
      [[groupId('a'), 'Alpha']],
      [[groupId('a'), 'Alpha']],
    ]);
    expect(jobs.map((job) => jobRequestSchema.parse(job))).toMatchObject([
      { tenantId, kind: 'activate', id: '1', continues: false },
      { tenantId, kind: 'activate', id: '2', continues: false },
    ]);
    expect(audit).toMatchObject(
      [1, 2].map((version) => ({ initiatedBy: 'ada', action: 'publishRules', details: { version } })),
    );
  });

  it.each([
    ['a fault of shape', { ...soundDocument(), rules: 5 }, '$.rules'],
    ['a fault of content', { ...soundDocument(), defaultRole: 'x' }, '$.defaultRole'],
    [
      'a group that is not there',
      { ...soundDocument(), rules: [rule('r', { group: { id: groupId('f') } })] },
      '$.rules[0].group.id',
    ],
  ])('stores nothing for %s', async (_case, input, path) => {
    const { ports, versions, jobs, audit } = tenant();
    expect(await publishDocument(ports, input, 'ada')).toMatchObject({ ok: false, faults: [{ path }] });
    expect([versions, jobs, audit]).toEqual([[], [], []]);
  });
});
