import { type Explanation } from '../plan/explain.ts';
import type { KnownUser } from './explain-user.ts';
import type { Needs } from './needs.ts';

/** Something worth knowing beside the conditions: it stops nothing by itself, or stops more than this user (A24). */
export interface Note {
  readonly note:
    /** The account has no usable mail address; it is reconciled by its object id all the same. */
    | 'noMail'
    /** Nobody at all is recorded in a group that would give something. */
    | 'groupEmpty'
    /** A mapped group does not answer, is deleted, or hides its members: what is recorded of it stays. */
    | 'groupMissing'
    | 'groupDeleted'
    | 'groupHidden';
  readonly groupId?: string;
}

/** Most groups that are looked at for members. */
const maxLooks = 20;

/** Notes on a user and on the groups that would give something, in order of group id. */
export async function noteWhatHelps(
  { derived }: Needs<{ derived: 'members' }>,
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
  let looks = 0;
  for (const groupId of [...new Set([...failed.keys(), ...given])].sort()) {
    const group = watched.get(groupId);
    if (group?.state === 'missing') notes.push({ note: 'groupMissing', groupId });
    if (group?.state === 'deleted') notes.push({ note: 'groupDeleted', groupId });
    if (group?.info?.hiddenMembership === true) notes.push({ note: 'groupHidden', groupId });
    if (failed.get(groupId) !== 'notMember' || looks >= maxLooks) continue;
    looks += 1;
    if (!(await hasMembers(derived, groupId))) notes.push({ note: 'groupEmpty', groupId });
  }
  return notes;
}

async function hasMembers(derived: Needs<{ derived: 'members' }>['derived'], groupId: string): Promise<boolean> {
  for await (const { fact } of derived.members(groupId)) if (fact.member.in) return true;
  return false;
}
