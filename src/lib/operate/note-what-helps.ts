import { type Explanation } from '../plan/explain.ts';
import type { KnownUser } from './explain-user.ts';
import { hiddenGroups, type HiddenPorts } from './hidden-groups.ts';
import type { Needs } from './needs.ts';

/** Something worth knowing beside the conditions: it stops nothing by itself, or stops more than this user (A24). */
export interface Note {
  readonly note:
    /** The account has no usable mail address; it is reconciled by its object id all the same. */
    | 'noMail'
    /** Nobody at all is recorded in a group that would give something. */
    | 'groupEmpty'
    /** A mapped group does not answer, is deleted, or hides its members from us: what is recorded of it stays. */
    | 'groupMissing'
    | 'groupDeleted'
    | 'groupHidden';
  readonly groupId?: string;
}

type NotePorts = HiddenPorts & Needs<{ derived: 'members' }>;

/** Most groups that are looked at for members. */
const maxLooks = 20;

/** Notes on a user and on the groups that would give something, in order of group id. */
export async function noteWhatHelps(
  ports: NotePorts,
  { stored: { record }, watched }: KnownUser,
  { entitlements }: Explanation,
): Promise<readonly Note[]> {
  const notes: Note[] = record !== undefined && record.identity.mail === undefined ? [{ note: 'noMail' }] : [];
  const ways = entitlements.flatMap(({ closed }) => closed);
  const failed = new Map(
    ways.flatMap((way) => (way.origin === 'group' && way.groupId ? [[way.groupId, way.failed]] : [])),
  );
  const given = entitlements.flatMap((one) =>
    one.given.flatMap(({ source }) => ('groupId' in source ? [source.groupId] : [])),
  );
  const groupIds = [...new Set([...failed.keys(), ...given])].sort();
  const hidden = await hiddenGroups(
    ports,
    groupIds.map((groupId) => watched.get(groupId)),
  );
  let looks = 0;
  for (const groupId of groupIds) {
    const group = watched.get(groupId);
    if (group?.state === 'missing') notes.push({ note: 'groupMissing', groupId });
    if (group?.state === 'deleted') notes.push({ note: 'groupDeleted', groupId });
    if (hidden.has(groupId)) notes.push({ note: 'groupHidden', groupId });
    if (failed.get(groupId) !== 'notMember' || looks >= maxLooks) continue;
    looks += 1;
    if (!(await hasMembers(ports, groupId))) notes.push({ note: 'groupEmpty', groupId });
  }
  return notes;
}

async function hasMembers({ derived }: NotePorts, groupId: string): Promise<boolean> {
  for await (const { fact } of derived.members(groupId)) if (fact.member.in) return true;
  return false;
}
