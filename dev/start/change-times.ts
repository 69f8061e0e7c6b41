import type { DirectoryChange } from '../simulator/world/change.ts';
import type { Directory } from '../simulator/world/directory.ts';

/** When the directory last changed in a way that concerns a user, in simulated milliseconds. */
export interface ChangeTimes {
  /** The latest change of the user, else of any group or nested group; undefined when there was none yet. */
  latest(userId: string): number | undefined;
}

/** Listens to the directory from now on. */
export function followChanges(directory: Directory): ChangeTimes {
  const ofUser = new Map<string, number>();
  let ofGroups: number | undefined;
  directory.onChange((change) => {
    const userId = userOf(change);
    if (userId === undefined) ofGroups = change.at;
    else ofUser.set(userId, change.at);
  });
  return {
    latest(userId) {
      const times = [ofUser.get(userId), ofGroups].filter((at) => at !== undefined);
      return times.length === 0 ? undefined : Math.max(...times);
    },
  };
}

function userOf(change: DirectoryChange): string | undefined {
  if ('userId' in change) return change.userId;
  return 'memberId' in change && change.memberType === 'user' ? change.memberId : undefined;
}
