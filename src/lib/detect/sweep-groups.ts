import type { GroupDeltaEntry } from '../model/directory.ts';
import type { SweepState } from '../model/job-state.ts';
import type { WatchedGroup } from '../model/watched-group.ts';
import type { Ports } from '../ports.ts';
import { enqueueUsers, laneFor } from './enqueue-users.ts';
import { requestComparisons, requestJob, unsharded } from './request-job.ts';
import type { JobRun } from './run-job.ts';
import type { DeltaStream } from './sweep.ts';

/** Graph bakes at most this many ids into one delta link ("delta query for groups", $filter). */
export const shardSize = 50;

/** One shard of watched groups. Its set never changes; new groups open a new shard. */
export function groupsStream(ports: Ports, run: JobRun): DeltaStream<GroupDeltaEntry> {
  const { causeId } = run.request;
  return {
    start: async (state: SweepState) => {
      const groupIds = state.groupIds ?? (await unsharded(ports)).slice(0, shardSize);
      if (groupIds.length === 0) return undefined;
      return { page: await ports.directory.groupsDelta({ groupIds }), state: { ...state, groupIds: [...groupIds] } };
    },
    next: (link) => ports.directory.groupsDelta({ link }),
    enqueue: async (entries) => {
      const watched = new Map((await ports.watched.list()).map((group) => [group.groupId, group]));
      let users = 0;
      for (const entry of entries) users += await enqueueEntry(ports, entry, watched.get(entry.id), causeId);
      return users;
    },
    // After the lag, because a listing may come from a replica that is behind what the new link starts from; what is newly
    // mapped or nested was compared at once by whoever found it.
    coverGap: async (state) => {
      const affected = await affectedGroups(ports, state.groupIds ?? []);
      await requestComparisons(ports, affected, { causeId, afterLag: true });
    },
  };
}

/** The mapped groups among these and those they are nested in, each once. */
async function affectedGroups(ports: Ports, groupIds: readonly string[]): Promise<ReadonlySet<string>> {
  const shard = new Set(groupIds);
  const watched = (await ports.watched.list()).filter((group) => shard.has(group.groupId));
  return new Set(watched.flatMap((group) => [...(group.mapped ? [group.groupId] : []), ...group.parents]));
}

async function enqueueEntry(
  ports: Ports,
  entry: GroupDeltaEntry,
  watched: WatchedGroup | undefined,
  causeId: string,
): Promise<number> {
  if (!watched) return 0;
  // Deleted, restored, or a nested group joined or left: whole memberships may differ, so they are compared. A comparison
  // also asks the group what it is, and so keeps the name of a mapped one (P12).
  const nestedMoved = entry.members.some((member) => member.type === 'group');
  if (entry.removed !== undefined || watched.state !== 'present' || nestedMoved || isRenamed(entry, watched)) {
    await requestJob(ports, 'expand', entry.id, { causeId });
  }
  const users = entry.members
    .filter((member) => member.type === 'user')
    .map((member) => ({
      userId: member.id,
      hint: { groupId: entry.id, membership: member.left ? ('left' as const) : ('joined' as const) },
    }));
  return enqueueUsers(ports, users, { reason: 'delta', causeId, lane: laneFor(users) });
}

function isRenamed({ displayName }: GroupDeltaEntry, { mapped, info }: WatchedGroup): boolean {
  return mapped && info !== undefined && displayName !== undefined && displayName !== info.displayName;
}
