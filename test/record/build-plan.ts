import type { Assignment } from '../../src/lib/model/access.ts';
import type { Change, DerivedPut, Plan } from '../../src/lib/model/plan.ts';
import type { Cause, StoredAccess } from '../../src/lib/model/stored-access.ts';

export const cause: Cause = { initiatedBy: 'Rolecall', reason: 'notification', causeId: 'cause-1' };

export function assignment(id: string, size = 0): Assignment {
  const groupName = 'g'.repeat(Math.max(1, size));
  return {
    kind: 'role',
    id,
    scopes: [],
    sources: [{ origin: 'group', ruleId: `rule-${id}`, groupId: 'group-1', groupName }],
  };
}

interface PlanParts {
  readonly tenantId: string;
  readonly userId: string;
  readonly roles?: readonly Assignment[];
  readonly stored?: StoredAccess;
  readonly derived?: readonly DerivedPut[];
  readonly displayName?: string;
}

/** A plan that makes the user hold exactly these roles, whatever was there. */
export function buildPlan({
  tenantId,
  userId,
  roles = [],
  stored,
  derived = [],
  displayName = 'Anna',
}: PlanParts): Plan {
  const before = stored?.record?.assignments ?? [];
  const grants = roles
    .filter((role) => !before.some(({ id }) => id === role.id))
    .map((after): Change => ({ ...changeOf(after), type: 'grant', after }));
  const revokes = before
    .filter((role) => !roles.some(({ id }) => id === role.id))
    .map((lost): Change => ({ ...changeOf(lost), type: 'revoke', before: lost }));
  return {
    desired: {
      tenantId,
      userId,
      rulesVersion: 1,
      state: 'active',
      identity: { displayName, userPrincipalName: "o'neil_x#EXT#@contoso.com" },
      facts: {
        account: { state: 'enabled', since: '2026-11-01T00:00:00Z', type: 'member', typeSince: '2026-11-01T00:00:00Z' },
        groups: { 'group-1': { member: { in: true, since: '2026-11-01T00:00:00Z' } } },
      },
      assignments: roles,
      losers: [],
      conflicts: [],
    },
    stateBefore: stored?.record?.state,
    changes: [...grants, ...revokes],
    modifiedProperties: [{ displayName: 'state', oldValue: null, newValue: 'active' }],
    derived,
  };
}

function changeOf({ kind, id, sources }: Assignment): Omit<Change, 'type'> {
  const groupName = sources.map((source) => (source.origin === 'group' ? source.groupName : '')).join('');
  return { kind, id, privileged: false, reasons: [{ code: 'memberOf', groupId: 'group-1', groupName }] };
}
