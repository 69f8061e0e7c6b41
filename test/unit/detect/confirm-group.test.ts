import { confirmGroup } from '../../../src/lib/detect/confirm-group.ts';
import type { GroupInfo } from '../../../src/lib/model/directory.ts';
import type { TenantDecision } from '../../../src/lib/model/tenant-audit-entry.ts';
import type { WatchedGroup } from '../../../src/lib/model/watched-group.ts';
import { alpha } from '../../builders/rules.ts';
import { at } from '../../builders/times.ts';
import { groupInfo } from '../rules/sample-document.ts';
import { unexpectedPorts } from '../unexpected-ports.ts';
import { watchedGroup } from './fake-tenant.ts';

const subject = { groupId: alpha, displayName: 'as the rules say' };

/** A tenant that watches this group, in a directory that calls it `info`. Nobody may be enqueued and no rules touched: those ports refuse. */
function tenantWith(watched: WatchedGroup | undefined, info: GroupInfo) {
  const decisions: TenantDecision[] = [];
  const row = { now: watched };
  const none = unexpectedPorts();
  const ports = unexpectedPorts({
    directory: { ...none.directory, readGroups: async () => new Map([[alpha, { evidence: 'present', info }]]) },
    watched: {
      ...none.watched,
      find: async () => row.now,
      change: async (_groupId, change) => (row.now = change(row.now)),
    },
    tenantAudit: {
      ...none.tenantAudit,
      append: async (decision) => {
        decisions.push(decision);
        return {
          ...decision,
          tenantId: none.tenantId,
          revision: 1,
          activityDateTime: at(0),
          previousHash: '',
          hash: '',
        };
      },
    },
  });
  return { ports, decisions, row };
}

describe('a watched group that is renamed (P12)', () => {
  const known = watchedGroup(alpha, { displayName: 'Payments', info: groupInfo(alpha, 'Payments') });

  it('is audited once with both names, keeps its new name, and changes nothing else', async () => {
    const { ports, decisions, row } = tenantWith(known, groupInfo(alpha, 'Treasury'));
    expect(await confirmGroup(ports, subject, true)).toBe('present');
    expect(await confirmGroup(ports, subject, true)).toBe('present');
    expect(decisions).toEqual([
      {
        initiatedBy: 'Rolecall',
        action: 'renameGroup',
        causeId: 'id',
        details: { groupId: alpha, before: 'Payments', after: 'Treasury' },
      },
    ]);
    expect(row.now).toEqual({ ...known, displayName: 'Treasury', info: groupInfo(alpha, 'Treasury') });
  });

  it.each([
    ['has the name it had', known, 'Payments'],
    ['is asked for the first time', undefined, 'Treasury'],
    ['was never asked: the name was that of the rules', watchedGroup(alpha, { displayName: 'a comment' }), 'Treasury'],
  ])('is none when it %s', async (_case, watched, name) => {
    const { ports, decisions, row } = tenantWith(watched, groupInfo(alpha, name));
    await confirmGroup(ports, subject, true);
    expect(decisions).toEqual([]);
    expect(row.now).toMatchObject({ displayName: name, mapped: true, state: 'present' });
  });
});
