import { z } from 'zod';
import type { StoredAuditEntry, StoredChange } from '../oracle/read-tables.ts';

/** Name of a group by its id, for people. */
export type GroupNames = (groupId: string) => string;

/** What one audit entry says, in words: what was granted, revoked or otherwise changed, and why. */
export interface ToldChange {
  /**
   * For example `+ role user` or `- team blue`. `~` marks an assignment whose scopes or sources changed, `held` one whose
   * revoke waits for a person, `kept` one whose revoke waits no longer.
   */
  readonly what: readonly string[];
  readonly why: readonly string[];
}

const signs = { grant: '+', update: '~', revoke: '-' } as const;
const kinds: Readonly<Record<string, string>> = { businessFunction: 'function' };
const pendingSchema = z.looseObject({ pendingSince: z.string() });

export function tellChange(
  entry: Pick<StoredAuditEntry, 'changes' | 'modifiedProperties'>,
  groupNames: GroupNames,
): ToldChange {
  const effective = entry.changes.map((change) => `${sign(change)} ${kinds[change.kind] ?? change.kind} ${change.id}`);
  const reasons = entry.changes.flatMap((change) => change.reasons.map((reason) => reasonText(reason, groupNames)));
  const facts = entry.modifiedProperties.flatMap((property) => tellProperty(property, groupNames));
  return {
    what: effective.length > 0 ? effective : facts.length > 0 ? [...new Set(facts)] : ['details'],
    why: effective.length > 0 ? [...new Set(reasons)] : [],
  };
}

/** An update is told apart when all it says is that a revoke waits for a person, or no longer does. */
function sign({ type, before, after }: StoredChange): string {
  const [waited, waits] = [before, after].map((assignment) => pendingSchema.safeParse(assignment).success);
  return type !== 'update' || waited === waits ? signs[type] : waits === true ? 'held' : 'kept';
}

function reasonText(reason: StoredChange['reasons'][number], groupNames: GroupNames): string {
  const group = reason.groupName ?? (reason.groupId === undefined ? 'a group' : groupNames(reason.groupId));
  switch (reason.code) {
    case 'memberOf':
      return `member of ${group}`;
    case 'notMemberOf':
      return `no longer in ${group}`;
    case 'notDirectMemberOf':
      return `no longer directly in ${group}`;
    case 'accountEnabled':
      return 'account enabled';
    case 'accountDisabled':
      return 'account disabled';
    case 'accountDeleted':
      return 'account deleted';
    case 'accountRestored':
      return 'account restored';
    case 'guest':
      return `guest in ${group}`;
    case 'rulesChanged':
      return 'rules changed';
    case 'default':
      return 'default role';
    case 'exceptionEnded':
      return `exception ${reason.by ?? ''} over`;
    case 'noLongerOutranked':
      return `no longer outranked by ${reason.by ?? ''}`;
    case 'conflictEnded':
      return `no conflict ${reason.by ?? ''} any more`;
    default:
      return reason.by === undefined ? reason.code : `${reason.code} by ${reason.by}`;
  }
}

/** Changes of facts, for entries in which nothing in effect changed. */
function tellProperty(
  { displayName, oldValue, newValue }: StoredAuditEntry['modifiedProperties'][number],
  groupNames: GroupNames,
): readonly string[] {
  const groupId = /^facts\.groups\.(?<id>[^.]+)\./.exec(displayName)?.groups?.['id'];
  if (groupId !== undefined) return [tellMembership(groupNames(groupId), oldValue, newValue)];
  if (displayName.startsWith('facts.account.')) return [`account ${newValue ?? 'unknown'}`];
  if (displayName === 'state') return [`record ${newValue ?? 'gone'}`];
  const identity = /^identity\.(?<name>.+)$/.exec(displayName)?.groups?.['name'];
  return identity === undefined ? [] : [`${identity} ${newValue ?? 'gone'}`];
}

function tellMembership(group: string, before: string | null, after: string | null): string {
  if (after === null) return `out of ${group}`;
  if (after.includes('pending')) return `held in ${group}`;
  return before?.includes('pending') === true ? `back in ${group}` : `in ${group}`;
}
