import type { Identity } from '../model/access.ts';
import { type ActiveRules, mappedGroups } from '../model/active-rules.ts';
import type { Facts } from '../model/facts.ts';
import { type GroupDescription, describeGroup } from '../model/group-description.ts';
import type { UserReading } from '../model/reading.ts';
import type { StoredAccess } from '../model/stored-access.ts';
import { desiredAccess } from '../plan/desired-access.ts';
import { type Explanation, explain } from '../plan/explain.ts';
import { previewUser, type UserPreview } from '../plan/preview-user.ts';
import { type CheckPorts, checkDocument } from '../rules/check-document.ts';
import type { Checked, Warning } from '../rules/fault.ts';
import { proposedRules } from './preview-rules.ts';

/** A mapped group that the directory shows the user in. */
export interface SeenGroup extends Partial<GroupDescription> {
  readonly groupId: string;
  readonly displayName: string;
  /** Absent where no rule asks for direct members. */
  readonly direct?: boolean;
}

/** What a proposed document would make of one user, on a reading of this moment. */
export interface OneUserPreview extends Identity {
  readonly userId: string;
  /** `found`, or what the id is instead. */
  readonly directory: UserReading['kind'];
  readonly accountEnabled?: boolean;
  readonly userType?: 'member' | 'guest';
  /** Groups of the document that the user was seen in, by id. */
  readonly groups: readonly SeenGroup[];
  /** How many groups besides, which no rule maps. */
  readonly otherGroups: number;
  /** The document maps something anew that the directory did not tell of this user; until it does, what groups gave holds. */
  readonly rulesWait: boolean;
  /** What changes in effect; absent: nothing. */
  readonly changes?: UserPreview;
  /** What each entitlement then comes from, or why it is not held. */
  readonly explanation: Explanation;
  readonly warnings: readonly Warning[];
}

/** A reconcile of the user that writes nothing. */
export interface PlannedUser {
  readonly sight: {
    readonly stored: StoredAccess;
    readonly reading: UserReading;
    /** The rules that it learns and decides by: those given, unless they wait. */
    readonly rules: ActiveRules;
    readonly rulesWait: boolean;
  };
  readonly facts: Facts;
}

/**
 * Tries a document on one user: groups seen, rules hit, result, before anything is written (R11). The user goes through a reconcile
 * that stops before its first write.
 *
 * @param planUser plans the user as if the given rules were in force
 */
export async function previewOneUser(
  ports: CheckPorts,
  { document, admit }: { readonly document: unknown; readonly admit: readonly string[] },
  userId: string,
  planUser: (rules: ActiveRules) => Promise<PlannedUser | undefined>,
): Promise<Checked<OneUserPreview | undefined>> {
  const active = await ports.rules.active();
  const checked = await checkDocument({ ...ports, rules: { active: async () => active } }, document, { admit });
  if (!checked.ok) return checked;
  const planned = await planUser(proposedRules(active, checked.value));
  if (planned === undefined) return { ok: true, value: undefined };
  const { facts, sight } = planned;
  const { reading, rules, rulesWait } = sight;
  const { record, exceptions } = sight.stored;
  const now = ports.clock.now();
  const [identity, directGroups] =
    reading.kind === 'found' ? [reading.identity, reading.directGroups] : [record?.identity ?? {}];
  const candidate = { isRecorded: record !== undefined, facts, exceptions };
  const changes = previewUser({ userId, identity }, record, desiredAccess(candidate, rules, now));
  const value = {
    userId,
    ...identity,
    ...(await seen(ports, reading, rules)),
    rulesWait,
    ...(changes === undefined ? {} : { changes }),
    explanation: explain({ ...candidate, directGroups }, rules, now),
    warnings: checked.value.warnings,
  };
  return { ok: true, value };
}

async function seen(
  { directory }: CheckPorts,
  reading: UserReading,
  rules: ActiveRules,
): Promise<Pick<OneUserPreview, 'directory' | 'accountEnabled' | 'userType' | 'groups' | 'otherGroups'>> {
  if (reading.kind !== 'found') return { directory: reading.kind, groups: [], otherGroups: 0 };
  const { accountEnabled, userType, directGroups } = reading;
  const mapped = [...mappedGroups(rules).values()].filter(({ groupId }) => reading.groups.has(groupId));
  const answers = await directory.readGroups(
    mapped.map(({ groupId }) => groupId),
    'normal',
  );
  const groups = mapped
    .map(({ groupId, displayName, directSince }): SeenGroup => {
      const isAsked = directSince !== undefined && directGroups !== undefined;
      const info = answers.get(groupId)?.info;
      return {
        groupId,
        displayName,
        ...(info === undefined ? {} : describeGroup(info)),
        ...(isAsked ? { direct: directGroups.has(groupId) } : {}),
      };
    })
    .sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  return {
    directory: 'found',
    ...(accountEnabled === undefined ? {} : { accountEnabled }),
    ...(userType === undefined ? {} : { userType }),
    groups,
    otherGroups: reading.groups.size - groups.length,
  };
}
