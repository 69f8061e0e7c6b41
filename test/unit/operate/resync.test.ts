import { mappedGroups } from '../../../src/lib/model/active-rules.ts';
import { resyncSchema } from '../../../src/lib/model/operator-request.ts';
import { dryRun, resync } from '../../../src/lib/operate/resync.ts';
import { watchedGroup } from '../detect/fake-tenant.ts';
import { activeRules, documentOf, groupId, groupInfo, rule } from '../rules/sample-document.ts';
import { id, since, tenant, tenantId } from './tenant-fakes.ts';

const [mapped, nested] = [groupId('a'), groupId('b')];
const rules = activeRules(documentOf([rule('r')]), [
  { ruleId: 'r', groupId: mapped, displayName: 'Alpha', mappedSince: since },
]);
const body = (value: object) => resyncSchema.parse(value);

describe('resync', () => {
  it('enqueues one user ahead of bulk work, with the operation as cause', async () => {
    const { ports, sent, jobs } = tenant({ rules });
    expect(await resync(ports, body({ userId: id(1).toUpperCase() }), 'ada')).toEqual({
      kind: 'enqueued',
      operationId: 'operation',
      users: 1,
      jobs: 0,
      effect: `users/${id(1)}/history`,
    });
    expect(sent).toEqual([{ userId: id(1), lane: 'fresh', delaySeconds: 0, reason: 'manual' }]);
    expect(jobs).toEqual([]);
  });

  it.each([
    ['a mapped group', mapped, undefined],
    ['a group nested in one', nested, 'present' as const],
  ])('enqueues the comparison of %s', async (_case, group, watchedState) => {
    const { ports, sent, jobs } = tenant({ rules, ...(watchedState === undefined ? {} : { watchedState }) });
    expect(await resync(ports, body({ groupId: group }), 'ada')).toMatchObject({ kind: 'enqueued', users: 0, jobs: 1 });
    expect(jobs).toMatchObject([{ tenantId, kind: 'expand', id: group, causeId: 'operation', continues: false }]);
    expect(sent).toEqual([]);
  });

  it.each([
    ['a group that no rule maps', { rules }, { groupId: nested }, 'notMapped'],
    ['a tenant without rules', {}, { userId: id(1) }, 'noRules'],
  ])('enqueues nothing for %s', async (_case, start, wanted, kind) => {
    const { ports, sent, jobs } = tenant(start);
    expect(await resync(ports, body(wanted), 'ada')).toEqual({ kind });
    expect([sent, jobs]).toEqual([[], []]);
  });

  it.each([{}, { userId: id(1), groupId: mapped }, { userId: 'ada' }, { userId: id(1), force: true }, [], null])(
    'refuses the body %j',
    (value) => {
      expect(resyncSchema.safeParse(value).success).toBe(false);
    },
  );
});

describe('dryRun', () => {
  it('gives the plan of a user', async () => {
    const { ports } = tenant({ rules });
    const planned = await dryRun(ports, body({ userId: id(1), dryRun: true }), async () => ({ plan: undefined }));
    expect(planned).toEqual({ kind: 'userPlan', userId: id(1), plan: undefined });
  });

  it('says who differs in a group, and counts (A17)', async () => {
    const listed = [1, 2, 3].map((number) => ({ id: id(number), type: 'user' as const }));
    const { ports, sent, jobs } = tenant({
      rules,
      recorded: [id(2), id(4)],
      listed: [...listed, { id: nested, type: 'group' }],
    });
    expect(await dryRun(ports, body({ groupId: mapped, dryRun: true }), async () => undefined)).toEqual({
      kind: 'groupPlan',
      difference: {
        groupId: mapped,
        displayName: mappedGroups(rules).get(mapped)?.displayName,
        inDirectory: 3,
        recorded: 2,
        missing: 2,
        unauthorized: 1,
        missingUserIds: [id(1), id(3)],
        unauthorizedUserIds: [id(4)],
      },
    });
    expect([sent, jobs]).toEqual([[], []]);
  });

  it('says what the group is and where its members are managed (E2)', async () => {
    const { ports } = tenant({ rules });
    const info = groupInfo(mapped, 'Alpha', { kind: 'distribution' });
    const watched = { find: async () => watchedGroup(mapped, { info }) };
    const wanted = body({ groupId: mapped, dryRun: true });
    expect(await dryRun({ ...ports, watched }, wanted, async () => undefined)).toMatchObject({
      difference: { kind: 'distribution group', membersManagedIn: 'Exchange admin center' },
    });
  });
});
