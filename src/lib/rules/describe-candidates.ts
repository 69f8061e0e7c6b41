import { describeGroup } from '../model/group-description.ts';
import type { GroupInfo } from '../model/directory.ts';
import type { Directory } from '../ports.ts';

/** Groups of one name so that a person can tell them apart: id, kind, marks, members, and where these are managed. */
export async function describeCandidates(
  candidates: readonly GroupInfo[],
  directory: Pick<Directory, 'countMembers'>,
): Promise<string> {
  const lines: string[] = [];
  for (const info of candidates) {
    const members = await directory.countMembers(info);
    const { kind, marks, membersManagedIn } = describeGroup(info);
    const parts = [kind, ...marks, countText(members), `managed in ${membersManagedIn}`];
    lines.push(`${info.id} (${parts.join(', ')})`);
  }
  return lines.join('; ');
}

function countText(members: number | undefined): string {
  if (members === undefined) return 'members unknown';
  return members === 1 ? '1 member' : `${members} members`;
}
