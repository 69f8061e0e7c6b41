import { type ActiveRules, mappedGroups } from '../model/active-rules.ts';
import { isBeyondLine } from '../plan/hold-line.ts';
import { unreadGroups } from '../plan/unread-groups.ts';
import { type CheckPorts, checkDocument } from '../rules/check-document.ts';
import type { Checked, Warning } from '../rules/fault.ts';
import type { Needs } from './needs.ts';
import { type GroupPreview, previewGroups } from './preview-groups.ts';
import { PreviewWalk, type WalkResult } from './preview-walk.ts';
import { readStrangers } from './read-strangers.ts';

/** What a proposed rules document would do if it were activated now. */
export interface RulesPreview extends WalkResult {
  /** The version it is compared with; 0 before the first activation. */
  readonly activeVersion: number;
  /** Whether the directory was read: then the members of unread groups are among the users. */
  readonly fresh: boolean;
  /**
   * So many lose something that publishing has to be told their number: `counts.losers` of a fresh preview. Without `fresh` what
   * unread groups take is not among them.
   */
  readonly needsLosers: boolean;
  readonly groups: readonly GroupPreview[];
  /** Groups that would be mapped no more. */
  readonly unmappedGroups: readonly { readonly groupId: string; readonly displayName: string }[];
  readonly warnings: readonly Warning[];
}

/** What a preview reads. Hand it ports whose stores refuse to write (promise 7). */
export type PreviewPorts = CheckPorts &
  Needs<{
    access: 'records';
    derived: 'members';
    directory: 'readGroups' | 'listMembers' | 'listUsers' | 'readUser';
  }>;

/**
 * What activating a document would change, user by user: the decision of the activate job on the facts that it uses. On
 * recorded facts a newly mapped group gives nothing yet, and is named as unread; with `fresh` its members are read.
 *
 * @throws when the directory or a table can't be read; then nothing is known
 */
export async function previewRules(
  ports: PreviewPorts,
  input: unknown,
  { fresh, admit = [] }: { readonly fresh: boolean; readonly admit?: readonly string[] },
): Promise<Checked<RulesPreview>> {
  const active = await ports.rules.active();
  const checked = await checkDocument({ ...ports, rules: { active: async () => active } }, input, { admit });
  if (!checked.ok) return checked;
  const { warnings, ...bound } = checked.value;
  const proposed = proposedRules(active, bound);
  const unread = unreadGroups(active, proposed);
  const { groups, listed } = await previewGroups(ports, proposed, unread, fresh);

  const walk = new PreviewWalk(proposed, unread, ports.clock.now());
  for await (const user of ports.access.records()) {
    const { userId } = user.record;
    walk.recorded(user, listed.get(userId));
    listed.delete(userId);
  }
  // Whoever is left is in an unread group and was never recorded.
  await readStrangers(ports, new Set(listed.keys()), (stranger) => {
    walk.stranger(stranger, listed.get(stranger.userId));
  });
  const members = new Map(groups.map((group) => [group.groupId, group.members]));
  const found = walk.result(unread.filter(({ groupId }) => members.get(groupId) === undefined));
  const { losers, holders } = found.counts;
  const value = {
    activeVersion: active?.version ?? 0,
    fresh,
    needsLosers: active !== undefined && isBeyondLine(losers, holders, active.document.holds),
    ...found,
    groups,
    unmappedGroups: unmapped(active, proposed),
    warnings,
  };
  return { ok: true, value };
}

/** A checked document as `decide` sees it once it is in force. */
export function proposedRules(active: ActiveRules | undefined, bound: Omit<ActiveRules, 'version'>): ActiveRules {
  return { version: (active?.version ?? 0) + 1, document: bound.document, pins: bound.pins };
}

function unmapped(active: ActiveRules | undefined, proposed: ActiveRules): RulesPreview['unmappedGroups'] {
  if (active === undefined) return [];
  const mapped = mappedGroups(proposed);
  return [...mappedGroups(active).values()]
    .filter(({ groupId }) => !mapped.has(groupId))
    .map(({ groupId, displayName }) => ({ groupId, displayName }));
}
